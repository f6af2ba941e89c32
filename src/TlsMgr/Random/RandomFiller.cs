using System;
using TlsMgr.Native.Libc;

namespace TlsMgr.Random;

/// <summary>
/// Fills a buffer with random bytes; returns false on failure. <see cref="KernelRandom.TryFill"/> is one.
/// </summary>
/// <param name="buffer">The buffer to fill completely.</param>
public delegate bool RandomFiller(Span<byte> buffer);
