using System.Runtime.InteropServices;

namespace TlsMgr.Native.Seccomp;

/// <summary>struct sock_filter: one instruction.</summary>
/// <param name="Code">The operation.</param>
/// <param name="JumpTrue">The number of instructions to skip when a comparison holds.</param>
/// <param name="JumpFalse">The number of instructions to skip when it does not.</param>
/// <param name="Operand">The operand.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct FilterInstruction(ushort Code, byte JumpTrue, byte JumpFalse, uint Operand);
