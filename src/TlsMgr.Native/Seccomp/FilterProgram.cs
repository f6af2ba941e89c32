// Assembles a seccomp filter: a program in the kernel's classic BPF that returns a verdict for each system call by its
// number and its arguments (seccomp(2)). A pure function of its rules; it installs nothing.
//
//   load architecture; if it is not the process's: return kill
//   load number
//   for each rule: if the number differs: continue with the next rule;
//                  for each test of an argument: if it has none of the values, return the verdict otherwise, or load
//                  the number again and continue with the next rule;
//                  return the verdict
//   return the default verdict

using System.Collections.Generic;
using TlsMgr.Native.Libc;

namespace TlsMgr.Native.Seccomp;

/// <summary>Assembles filters.</summary>
public static class FilterProgram
{
    /// <summary>Load a word of struct seccomp_data.</summary>
    public const ushort Load = 0x20;

    /// <summary>And the loaded word with the operand.</summary>
    public const ushort And = 0x54;

    /// <summary>Compare the loaded word with the operand.</summary>
    public const ushort JumpIfEqual = 0x15;

    /// <summary>Skip as many instructions as the operand says.</summary>
    public const ushort Jump = 0x05;

    /// <summary>Return the operand, a verdict.</summary>
    public const ushort Return = 0x06;

    // struct seccomp_data: int number, u32 architecture, u64 instruction, u64 arguments[6]; little endian
    private const int NumberOffset = 0;
    private const int ArchitectureOffset = 4;
    private const int ArgumentsOffset = 16;

    /// <summary>Assembles a filter.</summary>
    /// <param name="rules">
    /// The rules, tested in this order: frequent calls should be first. Those on calls that the architecture does not
    /// have are left out.
    /// </param>
    /// <param name="byDefault">The verdict on calls without a rule.</param>
    /// <param name="machine">The architecture of the process.</param>
    public static FilterInstruction[] Assemble(
        IEnumerable<FilterRule> rules, FilterVerdict byDefault, MachineInterface machine)
    {
        List<FilterInstruction> program =
        [
            new(Load, 0, 0, ArchitectureOffset),
            new(JumpIfEqual, 1, 0, machine.AuditArchitecture),
            new(Return, 0, 0, (uint)FilterVerdict.Kill),
            new(Load, 0, 0, NumberOffset),
        ];
        foreach (FilterRule rule in rules)
        {
            if (rule.Call.On(machine) is { } number)
            {
                List<FilterInstruction> body = AssembleBody(rule);
                program.Add(new(JumpIfEqual, 0, (byte)body.Count, (uint)number));
                program.AddRange(body);
            }
        }

        program.Add(new(Return, 0, 0, (uint)byDefault));
        return [.. program];
    }

    private static List<FilterInstruction> AssembleBody(FilterRule rule)
    {
        List<FilterInstruction> body = [];
        bool continues = rule.Otherwise == FilterVerdict.NextRule;
        int failure = continues ? 2 : 1;
        foreach (ArgumentTest test in rule.Tests)
        {
            body.Add(new(Load, 0, 0, (uint)(ArgumentsOffset + (test.Argument * sizeof(ulong)))));
            body.Add(new(And, 0, 0, test.Mask));
            for (int i = 0; i < test.Values.Length; i++)
            {
                // Skips the comparisons that follow, and what is done when all have failed.
                body.Add(new(JumpIfEqual, (byte)(test.Values.Length - i - 1 + failure), 0, test.Values[i]));
            }

            if (continues)
            {
                body.Add(new(Load, 0, 0, NumberOffset));
                body.Add(new(Jump, 0, 0, 0));
            }
            else
            {
                body.Add(new(Return, 0, 0, (uint)rule.Otherwise));
            }
        }

        body.Add(new(Return, 0, 0, (uint)rule.Verdict));
        for (int i = 0; i < body.Count; i++)
        {
            // To the next rule, which begins behind this one.
            body[i] = body[i].Code == Jump ? body[i] with { Operand = (uint)(body.Count - i - 1) } : body[i];
        }

        return body;
    }
}
