// The only generator of the process, for seeds, ticket keys and the jitter of timers. Its output is the output of
// HMAC_DRBG XORed with as many fresh bytes of the kernel, so it is at least as strong as getrandom(2). The kernel's
// bytes are drawn when they are returned and never ahead: a copy of the memory, or a machine that is resumed twice from
// one snapshot, holds nothing that will be returned.
// Invariant: there is no output when either of the two fails, and no byte is returned twice.

using System;
using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Random;

/// <summary>
/// HMAC_DRBG, generated in blocks, combined with the kernel's random numbers of the moment. Each block reseeds the
/// generator from the kernel and from all stirred-in bytes. For the event loop's thread alone.
/// </summary>
public sealed class RandomPool : IDisposable
{
    /// <summary>
    /// The size of a block, a page: large enough to spread its cost over many requests, small enough not to delay them.
    /// </summary>
    private const int BlockBytes = 4096;

    /// <summary>Kernel bytes that reseed the generator with each block: its full strength.</summary>
    private const int ReseedBytes = 32;

    /// <summary>The size of the buffer of stirred bytes until the next block; an exchange file fits.</summary>
    private const int AccumulatorBytes = TimeBytes + 1024;

    private const int TimeBytes = sizeof(ulong);

    private readonly TimeProvider _clock;
    private readonly RandomFiller _kernel;
    private readonly HmacDrbg _generator;
    private readonly LockedMemory _block = new(BlockBytes);
    private readonly LockedMemory _fresh = new(BlockBytes);
    private readonly LockedMemory _accumulator = new(AccumulatorBytes);
    private int _served = BlockBytes;
    private int _stirred = TimeBytes;
    private ulong _times;
    private bool _isDisposed;

    /// <summary>Creates the pool and seeds it from the kernel, the time of day and the process id.</summary>
    /// <param name="clock">The time of day, and the timestamps for <see cref="StirTime"/>.</param>
    /// <exception cref="FatalException">The system has no HMAC-SHA-256.</exception>
    public RandomPool(TimeProvider clock)
        : this(clock, KernelRandom.TryFill)
    {
    }

    /// <summary>Creates the pool with a replacement for getrandom(2).</summary>
    /// <param name="clock">The time of day, and the timestamps for <see cref="StirTime"/>.</param>
    /// <param name="kernel">
    /// Replaces getrandom(2). If it fails here, it must succeed before the pool returns any byte.
    /// </param>
    /// <exception cref="FatalException">The system has no HMAC-SHA-256.</exception>
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

            // This also loads OpenSSL, which the jail does not contain.
            _generator = new HmacDrbg(entropy, nonce, "tlsmgr"u8);
        }
        catch (CryptographicException error)
        {
            throw new FatalException($"cannot set up the random number generator: {error.Message}");
        }

        entropy.Clear();
    }

    /// <summary>Fills a buffer of any length, without allocating or throwing.</summary>
    /// <returns>
    /// False when the kernel or HMAC failed, or after <see cref="Dispose"/>; the buffer is then zero.
    /// </returns>
    public bool TryFill(Span<byte> buffer)
    {
        for (Span<byte> rest = buffer; !rest.IsEmpty;)
        {
            int count = 0;
            if (_served < BlockBytes || TryGenerateBlock())
            {
                count = TryServe(rest);
            }

            if (count == 0)
            {
                buffer.Clear();
                return false;
            }

            rest = rest[count..];
        }

        return true;
    }

    /// <summary>
    /// Mixes bytes in, effective with the next block. Bytes that are not random cannot weaken the output.
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

    /// <summary>Mixes the time of an event in, at the cost of one clock reading.</summary>
    public void StirTime()
    {
        // Each step is invertible, so earlier times are kept as far as 64 bits can hold them.
        const ulong OddMultiplier = 0x9E3779B97F4A7C15;
        _times = (BitOperations.RotateLeft(_times, 11) ^ (ulong)_clock.GetTimestamp()) * OddMultiplier;
    }

    /// <summary>
    /// Discards the rest of the block, so that stirred-in bytes affect the next byte returned.
    /// </summary>
    public void DiscardBlock()
    {
        _block.Erase();
        _served = BlockBytes;
    }

    /// <summary>Erases all state; afterwards <see cref="TryFill"/> returns false.</summary>
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

    /// <summary>Writes what is left of the block, combined with the kernel's bytes.</summary>
    /// <returns>How many bytes were written; 0 when the kernel failed.</returns>
    private int TryServe(Span<byte> destination)
    {
        int count = int.Min(destination.Length, BlockBytes - _served);
        Span<byte> fresh = _fresh.Span[..count];
        if (!_kernel(fresh))
        {
            return 0;
        }

        Span<byte> source = _block.Span.Slice(_served, count);
        for (int i = 0; i < count; i++)
        {
            destination[i] = (byte)(source[i] ^ fresh[i]);
        }

        source.Clear();
        fresh.Clear();
        _served += count;
        return count;
    }

    private bool TryGenerateBlock()
    {
        try
        {
            if (_isDisposed || !_kernel(_fresh.Span[..ReseedBytes]))
            {
                return false;
            }

            BinaryPrimitives.WriteUInt64LittleEndian(_accumulator.Span, _times);
            _generator.Reseed(_fresh.Span[..ReseedBytes], _accumulator.Span[.._stirred]);
            _generator.Generate(_block.Span, []);
            ClearAccumulator();
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
            // The stirred-in bytes are lost; the next TryFill reports that HMAC fails.
        }

        ClearAccumulator();
    }

    private void ClearAccumulator()
    {
        _accumulator.Erase();
        _stirred = TimeBytes;
    }
}
