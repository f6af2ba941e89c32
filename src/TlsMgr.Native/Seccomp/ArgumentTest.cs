namespace TlsMgr.Native.Seccomp;

/// <summary>
/// A test of the lower 32 bits of an argument, the only bits of an argument that the kernel declares as int.
/// </summary>
/// <param name="Argument">The index of the argument, 0 to 5.</param>
/// <param name="Mask">The bits to compare.</param>
/// <param name="Values">The values of these bits, of which one is required.</param>
public readonly record struct ArgumentTest(int Argument, uint Mask, params uint[] Values);
