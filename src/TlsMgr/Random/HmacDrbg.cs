// HMAC_DRBG of NIST SP 800-90A Rev. 1, section 10.1.2, with SHA-256 and without prediction resistance of its own.
// Its state must never be copied, logged or left behind: it lies in locked memory that Dispose erases.
// SHA-256 because it gives the highest strength the standard knows (256 bits), as SHA-512 does; processors have
// instructions for it; and NIST's vectors for all of its groups lie in fixtures/random.

using System;
using System.Security.Cryptography;
using TlsMgr.Native.Libc;

namespace TlsMgr.Random;

/// <summary>A deterministic generator: the same inputs give the same output. Not for several threads.</summary>
public sealed class HmacDrbg : IDisposable
{
    /// <summary>The most bytes that one request may ask for: 2^19 bits (SP 800-90A, table 2).</summary>
    public const int LongestRequestBytes = 65536;

    /// <summary>
    /// The most bytes of all inputs of one call together. The standard allows more; nothing here needs it.
    /// </summary>
    public const int LongestInputBytes = 2048;

    private const int HashBytes = HMACSHA256.HashSizeInBytes;
    private const int MessageStart = HashBytes;
    private const int InputStart = MessageStart + HashBytes + 1;

    // Key, then the message that is hashed: V, one byte, the inputs of the call.
    private readonly LockedMemory _state = new(InputStart + LongestInputBytes);
    private bool _isDisposed;

    /// <summary>Instantiates the generator (10.1.2.3).</summary>
    /// <param name="entropy">Entropy; 32 bytes or more for full strength.</param>
    /// <param name="nonce">A value that is not used again; 16 bytes for full strength.</param>
    /// <param name="personalization">What tells this generator from others; may be empty.</param>
    /// <exception cref="CryptographicException">HMAC does not work here.</exception>
    public HmacDrbg(ReadOnlySpan<byte> entropy, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> personalization)
    {
        Value.Fill(1);
        Update(TakeInputs(entropy, nonce, personalization));
        Input.Clear();
    }

    private Span<byte> Key => _state.Span[..HashBytes];

    private Span<byte> Value => _state.Span.Slice(MessageStart, HashBytes);

    private Span<byte> Input => _state.Span[InputStart..];

    /// <summary>Mixes entropy in (10.1.2.4).</summary>
    /// <param name="entropy">Fresh entropy.</param>
    /// <param name="additional">Anything else; may be empty.</param>
    /// <exception cref="CryptographicException">HMAC does not work here.</exception>
    public void Reseed(ReadOnlySpan<byte> entropy, ReadOnlySpan<byte> additional)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        Update(TakeInputs(entropy, additional, []));
        Input.Clear();
    }

    /// <summary>Fills a buffer (10.1.2.5).</summary>
    /// <param name="output">What to fill: at most <see cref="LongestRequestBytes"/>.</param>
    /// <param name="additional">Mixed in before and after; may be empty.</param>
    /// <exception cref="CryptographicException">
    /// HMAC does not work here; what the buffer holds is of no use.
    /// </exception>
    public void Generate(Span<byte> output, ReadOnlySpan<byte> additional)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(output.Length, LongestRequestBytes);
        int inputBytes = TakeInputs(additional, [], []);
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

    private int TakeInputs(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third)
    {
        int count = first.Length + second.Length + third.Length;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, LongestInputBytes);
        first.CopyTo(Input);
        second.CopyTo(Input[first.Length..]);
        third.CopyTo(Input[(first.Length + second.Length)..]);
        return count;
    }

    /// <summary>The standard's HMAC_DRBG_Update (10.1.2.2) with the inputs that were taken.</summary>
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
