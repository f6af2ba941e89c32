// HMAC_DRBG of NIST SP 800-90A Rev. 1, section 10.1.2, with SHA-256 and without prediction resistance of its own.
// Invariant: the state is in locked memory only, is never copied or logged, and is erased by Dispose.
// SHA-256 has the maximum strength that the standard defines (256 bits), as SHA-512 has; processors have instructions
// for it; and fixtures/random holds NIST's test vectors for all of its groups.

using System;
using System.Security.Cryptography;
using TlsMgr.Native.Libc;

namespace TlsMgr.Random;

/// <summary>A deterministic generator: the same inputs give the same output. Not thread-safe.</summary>
public sealed class HmacDrbg : IDisposable
{
    /// <summary>The maximum number of bytes of one request: 2^19 bits (SP 800-90A, table 2).</summary>
    public const int MaximumRequestBytes = 65536;

    /// <summary>
    /// The maximum number of bytes of all inputs of one call together. The standard allows more than is needed here.
    /// </summary>
    public const int MaximumInputBytes = 2048;

    private const int HashBytes = HMACSHA256.HashSizeInBytes;
    private const int MessageStart = HashBytes;
    private const int InputStart = MessageStart + HashBytes + 1;

    // The key, then the message that is hashed: V, a separator byte, the inputs of the call.
    private readonly LockedMemory _state = new(InputStart + MaximumInputBytes);
    private bool _isDisposed;

    /// <summary>Instantiates the generator (10.1.2.3).</summary>
    /// <param name="entropy">Entropy; 32 bytes or more for full strength.</param>
    /// <param name="nonce">A value that is used only once; 16 bytes for full strength.</param>
    /// <param name="personalization">Distinguishes this generator from others; may be empty.</param>
    /// <exception cref="CryptographicException">The system's HMAC failed.</exception>
    public HmacDrbg(ReadOnlySpan<byte> entropy, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> personalization)
    {
        Value.Fill(1);
        Update(CopyInputs(entropy, nonce, personalization));
        Input.Clear();
    }

    private Span<byte> Key => _state.Span[..HashBytes];

    private Span<byte> Value => _state.Span.Slice(MessageStart, HashBytes);

    private Span<byte> Input => _state.Span[InputStart..];

    /// <summary>Mixes entropy in (10.1.2.4).</summary>
    /// <param name="entropy">Fresh entropy.</param>
    /// <param name="additional">Additional input, not necessarily random; may be empty.</param>
    /// <exception cref="CryptographicException">The system's HMAC failed.</exception>
    public void Reseed(ReadOnlySpan<byte> entropy, ReadOnlySpan<byte> additional)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        Update(CopyInputs(entropy, additional, []));
        Input.Clear();
    }

    /// <summary>Fills a buffer (10.1.2.5).</summary>
    /// <param name="output">The buffer to fill: at most <see cref="MaximumRequestBytes"/>.</param>
    /// <param name="additional">Additional input, mixed in before and after; may be empty.</param>
    /// <exception cref="CryptographicException">
    /// The system's HMAC failed; the content of the buffer must not be used.
    /// </exception>
    public void Generate(Span<byte> output, ReadOnlySpan<byte> additional)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(output.Length, MaximumRequestBytes);
        int inputBytes = CopyInputs(additional, [], []);
        if (inputBytes > 0)
        {
            Update(inputBytes);
        }

        for (Span<byte> rest = output; !rest.IsEmpty;)
        {
            HMACSHA256.HashData(Key, Value, Value);
            int count = int.Min(rest.Length, HashBytes);
            Value[..count].CopyTo(rest);
            rest = rest[count..];
        }

        Update(inputBytes);
        Input.Clear();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _state.Dispose();
        _isDisposed = true;
    }

    private int CopyInputs(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third)
    {
        int count = first.Length + second.Length + third.Length;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaximumInputBytes);
        first.CopyTo(Input);
        second.CopyTo(Input[first.Length..]);
        third.CopyTo(Input[(first.Length + second.Length)..]);
        return count;
    }

    /// <summary>HMAC_DRBG_Update (10.1.2.2) with the copied inputs.</summary>
    private void Update(int inputBytes)
    {
        Step(0, inputBytes);
        if (inputBytes > 0)
        {
            Step(1, inputBytes);
        }
    }

    private void Step(byte separator, int inputBytes)
    {
        _state.Span[InputStart - 1] = separator;
        HMACSHA256.HashData(Key, _state.Span.Slice(MessageStart, HashBytes + 1 + inputBytes), Key);
        HMACSHA256.HashData(Key, Value, Value);
    }
}
