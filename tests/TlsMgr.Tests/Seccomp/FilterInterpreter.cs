using System;
using System.Collections.Generic;
using TlsMgr.Native.Libc;
using TlsMgr.Native.Seccomp;

namespace TlsMgr.Tests.Seccomp;

/// <summary>
/// Runs a filter as the kernel does: the instructions of classic BPF that our filters use (seccomp(2)). It throws on
/// programs that the kernel would reject. The architecture is x86-64 unless it is given.
/// </summary>
internal static class FilterInterpreter
{
    internal static FilterVerdict Run(
        IReadOnlyList<FilterInstruction> program, int call, ulong[]? arguments = null,
        uint? architecture = null)
    {
        uint[] data = new uint[16];
        data[0] = (uint)call;
        data[1] = architecture ?? MachineInterface.X64.AuditArchitecture;
        for (int i = 0; i < (arguments?.Length ?? 0); i++)
        {
            data[4 + (2 * i)] = (uint)arguments![i];
            data[5 + (2 * i)] = (uint)(arguments[i] >> 32);
        }

        uint loaded = 0;
        for (int i = 0; i < program.Count; i++)
        {
            FilterInstruction instruction = program[i];
            switch (instruction.Code)
            {
                case FilterProgram.Load:
                    loaded = data[checked((int)instruction.Operand / sizeof(uint))];
                    break;
                case FilterProgram.And:
                    loaded &= instruction.Operand;
                    break;
                case FilterProgram.JumpIfEqual:
                    i += loaded == instruction.Operand ? instruction.JumpTrue : instruction.JumpFalse;
                    break;
                case FilterProgram.Jump:
                    i += checked((int)instruction.Operand);
                    break;
                case FilterProgram.Return:
                    return (FilterVerdict)instruction.Operand;
                default:
                    throw new InvalidOperationException($"instruction {i}: unknown code {instruction.Code:x}");
            }
        }

        throw new InvalidOperationException("the program has no return");
    }
}
