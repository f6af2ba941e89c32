// Puts a seccomp filter together: a program of the kernel's classic BPF that judges each system call by its number and
// its arguments (seccomp(2)). A pure function of its rules; it installs nothing.
//
//   load architecture; another than ours: kill
//   load number
//   for each rule: another number: go on with the next rule;
//                  each test of an argument that fails: return the verdict otherwise; return the verdict
//   return the verdict for what no rule names

using System.Collections.Generic;
using System.Runtime.InteropServices;

namespace TlsMgr.Native.Sandbox;

/// <summary>What becomes of a system call: the kernel's return values of a filter.</summary>
public enum FilterVerdict : uint
{
    /// <summary>It ends the process: nothing of ours calls the kernel as another processor would.</summary>
    Kill = 0x80000000,

    /// <summary>It fails with EPERM, and the kernel's audit log has it.</summary>
    Refuse = 0x00050001,

    /// <summary>It fails with ENOSYS, as in an old kernel: the C library has another way then.</summary>
    Unknown = 0x00050026,

    /// <summary>
    /// The first is told of by <see cref="SystemCallFilter.WaitForViolation"/>. It and all after it fail with ENOSYS,
    /// and the kernel's audit log has them.
    /// </summary>
    RefuseAndTell = 0x7fc00000,

    /// <summary>It is done.</summary>
    Allow = 0x7fff0000,
}

/// <summary>A test of the lower half of an argument; what the kernel declares as int has no other.</summary>
/// <param name="Argument">Which argument, 0 to 5.</param>
/// <param name="Mask">The bits that matter.</param>
/// <param name="Value">What they must be.</param>
public readonly record struct ArgumentTest(int Argument, uint Mask, uint Value);

/// <summary>The verdict on one system call.</summary>
/// <param name="Call">The call.</param>
/// <param name="Verdict">What becomes of it when its arguments pass the tests.</param>
/// <param name="Otherwise">What becomes of it when one does not.</param>
/// <param name="Tests">The tests; none: all arguments pass.</param>
public sealed record FilterRule(
    SystemCall Call, FilterVerdict Verdict, FilterVerdict Otherwise = FilterVerdict.RefuseAndTell,
    params IReadOnlyList<ArgumentTest> Tests);

/// <summary>struct sock_filter: one instruction.</summary>
/// <param name="Code">What it does.</param>
/// <param name="JumpTrue">How many instructions to skip when a comparison holds.</param>
/// <param name="JumpFalse">How many when it does not.</param>
/// <param name="Operand">Its operand.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct FilterInstruction(ushort Code, byte JumpTrue, byte JumpFalse, uint Operand);

/// <summary>Assembles filters.</summary>
public static class FilterProgram
{
    /// <summary>Load a word of struct seccomp_data.</summary>
    public const ushort Load = 0x20;

    /// <summary>And the loaded word with the operand.</summary>
    public const ushort And = 0x54;

    /// <summary>Compare the loaded word with the operand.</summary>
    public const ushort JumpIfEqual = 0x15;

    /// <summary>Return the operand, a verdict.</summary>
    public const ushort Return = 0x06;

    /// <summary>AUDIT_ARCH_X86_64.</summary>
    public const uint Architecture = 0xc000003e;

    // struct seccomp_data: int number, u32 architecture, u64 instruction, u64 arguments[6]; little endian
    private const int NumberOffset = 0;
    private const int ArchitectureOffset = 4;
    private const int ArgumentsOffset = 16;

    /// <summary>Assembles a filter.</summary>
    /// <param name="rules">Looked through in this order: what is called often should stand first.</param>
    /// <param name="otherwise">What becomes of a call that no rule names.</param>
    public static FilterInstruction[] Assemble(IEnumerable<FilterRule> rules, FilterVerdict otherwise)
    {
        List<FilterInstruction> program =
        [
            new(Load, 0, 0, ArchitectureOffset),
            new(JumpIfEqual, 1, 0, Architecture),
            new(Return, 0, 0, (uint)FilterVerdict.Kill),
            new(Load, 0, 0, NumberOffset),
        ];
        foreach (FilterRule rule in rules)
        {
            List<FilterInstruction> body = AssembleBody(rule);
            program.Add(new(JumpIfEqual, 0, (byte)body.Count, (uint)rule.Call));
            program.AddRange(body);
        }

        program.Add(new(Return, 0, 0, (uint)otherwise));
        return [.. program];
    }

    private static List<FilterInstruction> AssembleBody(FilterRule rule)
    {
        List<FilterInstruction> body = [];
        foreach (ArgumentTest test in rule.Tests)
        {
            body.Add(new(Load, 0, 0, (uint)(ArgumentsOffset + (test.Argument * sizeof(ulong)))));
            body.Add(new(And, 0, 0, test.Mask));
            body.Add(new(JumpIfEqual, 1, 0, test.Value));
            body.Add(new(Return, 0, 0, (uint)rule.Otherwise));
        }

        body.Add(new(Return, 0, 0, (uint)rule.Verdict));
        return body;
    }
}
