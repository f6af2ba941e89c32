// The one generator of the process: seeds, ticket keys and the jitter of timers come from here.
// What it hands out is the generator's output XORed with as many fresh bytes of the kernel, so it is never weaker than
// getrandom(2). It must never hand out anything when either of the two fails, and never a byte twice.

using System;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Random;

/// <summary>
/// Fills a buffer with random bytes; false when it cannot. <see cref="KernelRandom.TryFill"/> is one.
/// </summary>
/// <param name="buffer">What to fill, to its end.</param>
public delegate bool RandomFiller(Span<byte> buffer);

/// <summary>
/// HMAC_DRBG and the kernel's random numbers together, drawn in blocks and served from them. Each block reseeds the
/// generator from the kernel and from all that was stirred in. For the event loop's thread alone.
/// </summary>
public sealed class RandomPool : IDisposable
{
    /// <summary>
    /// One draw, a page: large enough that its cost spreads over many requests, small enough not to hold them up.
    /// </summary>
    private const int BlockBytes = 4096;

    /// <summary>Kernel bytes that reseed the generator with each block: its full strength.</summary>
    private const int ReseedBytes = 32;

    /// <summary>Where stirred bytes wait for the next block; an exchange file fits in.</summary>
    private const int AccumulatorBytes = TimeBytes + 1024;

    private const int TimeBytes = sizeof(ulong);

    private readonly TimeProvider _clock;
    private readonly RandomFiller _kernel;
    private readonly HmacDrbg _generator;
    private readonly LockedMemory _block = new(BlockBytes);
    private readonly LockedMemory _fresh = new(ReseedBytes + BlockBytes);
    private readonly LockedMemory _accumulator = new(AccumulatorBytes);
    private int _served = BlockBytes;
    private int _stirred = TimeBytes;
    private ulong _times;
    private bool _isDisposed;

    /// <summary>Makes the pool and seeds it from the kernel, the time of day and the process id.</summary>
    /// <param name="clock">The time of day, and the timestamps that <see cref="StirTime"/> takes.</param>
    /// <exception cref="FatalException">There is no HMAC-SHA-256 on this system.</exception>
    public RandomPool(TimeProvider clock)
        : this(clock, KernelRandom.TryFill)
    {
    }

    /// <summary>As the other, with something else in the kernel's place.</summary>
    /// <param name="clock">The time of day, and the timestamps that <see cref="StirTime"/> takes.</param>
    /// <param name="kernel">
    /// What stands for getrandom(2). When it fails now, it must work before anything is served.
    /// </param>
    /// <exception cref="FatalException">There is no HMAC-SHA-256 on this system.</exception>
    public RandomPool(TimeProvider clock, RandomFiller kernel)
    {
        _clock = clock;
        _kernel = kernel;
        Span<byte> nonce = stackalloc byte[20];
        BinaryPrimitives.WriteInt64LittleEndian(nonce, clock.GetUtcNow().Ticks);
        BinaryPrimitives.WriteInt64LittleEndian(nonce[8..], clock.GetTimestamp());
        BinaryPrimitives.WriteInt32LittleEndian(nonce[16..], Environment.ProcessId);
        Span<byte> entropy = _fresh.Span[..ReseedBytes];
        try
        {
            kernel(entropy);

            // This also loads OpenSSL, which cannot be found any more once the process sits in its jail.
            _generator = new HmacDrbg(entropy, nonce, "tlsmgr"u8);
        }
        catch (CryptographicException error)
        {
            throw new FatalException($"cannot set up the random number generator: {error.Message}");
        }

        entropy.Clear();
    }

    /// <summary>Fills a buffer of any length. Allocates nothing and never throws.</summary>
    /// <returns>
    /// False when the kernel or HMAC failed, or after <see cref="Dispose"/>: the buffer is then all zero.
    /// </returns>
    public bool TryFill(Span<byte> buffer)
    {
        for (Span<byte> rest = buffer; !rest.IsEmpty;)
        {
            if (_served == BlockBytes && !TryDrawBlock())
            {
                buffer.Clear();
                return false;
            }

            int count = int.Min(rest.Length, BlockBytes - _served);
            Span<byte> source = _block.Span.Slice(_served, count);
            source.CopyTo(rest);
            source.Clear();
            _served += count;
            rest = rest[count..];
        }

        return true;
    }

    /// <summary>
    /// Mixes bytes in, from the next block on. They need not be random: they can only make things better.
    /// </summary>
    public void Stir(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && !_isDisposed)
        {
            if (_stirred == AccumulatorBytes)
            {
                FoldAccumulator();
            }

            int count = int.Min(bytes.Length, AccumulatorBytes - _stirred);
            bytes[..count].CopyTo(_accumulator.Span[_stirred..]);
            _stirred += count;
            bytes = bytes[count..];
        }
    }

    /// <summary>Mixes the time of an event in. Costs one reading of the clock.</summary>
    public void StirTime()
    {
        // Each step can be undone, so no earlier time is lost but for what no longer fits into 64 bits.
        const ulong OddMultiplier = 0x9E3779B97F4A7C15;
        _times = (BitOperations.RotateLeft(_times, 11) ^ (ulong)_clock.GetTimestamp()) * OddMultiplier;
    }

    /// <summary>
    /// Throws the rest of the block away, so that what was stirred in takes part in the very next byte.
    /// </summary>
    public void DiscardBlock()
    {
        _block.Erase();
        _served = BlockBytes;
    }

    /// <summary>Erases everything; nothing is served afterwards.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _generator.Dispose();
        _fresh.Dispose();
        _accumulator.Dispose();
        _times = 0;
        DiscardBlock();
        _block.Dispose();
    }

    private bool TryDrawBlock()
    {
        try
        {
            if (_isDisposed || !_kernel(_fresh.Span))
            {
                return false;
            }

            BinaryPrimitives.WriteUInt64LittleEndian(_accumulator.Span, _times);
            _generator.Reseed(_fresh.Span[..ReseedBytes], _accumulator.Span[.._stirred]);
            _generator.Generate(_block.Span, []);
            ClearAccumulator();
            Xor(_block.Span, _fresh.Span[ReseedBytes..]);
            _served = 0;
            return true;
        }
        catch (CryptographicException)
        {
            DiscardBlock();
            return false;
        }
        finally
        {
            _fresh.Erase();
        }
    }

    private void FoldAccumulator()
    {
        try
        {
            _generator.Reseed(_accumulator.Span, []);
        }
        catch (CryptographicException)
        {
            // What was stirred in is lost; TryFill will tell that HMAC fails.
        }

        ClearAccumulator();
    }

    private void ClearAccumulator()
    {
        _accumulator.Erase();
        _stirred = TimeBytes;
    }

    private static void Xor(Span<byte> target, ReadOnlySpan<byte> other)
    {
        Span<ulong> targetWords = MemoryMarshal.Cast<byte, ulong>(target);
        ReadOnlySpan<ulong> otherWords = MemoryMarshal.Cast<byte, ulong>(other);
        for (int i = 0; i < targetWords.Length; i++)
        {
            targetWords[i] ^= otherWords[i];
        }
    }
}
