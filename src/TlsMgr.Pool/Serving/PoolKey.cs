using System;
using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace TlsMgr.Pool.Serving;

/// <summary>The keys that tlsmgr(8) sends: <c>GENERATION:CACHE:HEX</c>.</summary>
internal static class PoolKey
{
    private const int HmacBytes = 32;

    /// <summary>Whether a key is printable, short, and without braces, which have a meaning in clusters.</summary>
    internal static bool IsSound(ReadOnlySpan<byte> key) => key.Length is > 0 and <= ServingLimits.KeyBytes
        && !key.ContainsAnyExceptInRange((byte)'!', (byte)'~') && !key.ContainsAny((byte)'{', (byte)'}');

    /// <summary>Returns what is announced of a stored key: only sessions of smtpd are.</summary>
    internal static Announced? Announce(ReadOnlySpan<byte> key)
    {
        int generation = key.IndexOf((byte)':');
        if (generation <= 0 || !IsGeneration(key[..generation]) || !key[generation..].StartsWith(":smtpd:"u8))
        {
            return null;
        }

        ReadOnlySpan<byte> hmac = key[(generation + ":smtpd:"u8.Length)..];
        Span<byte> first = stackalloc byte[sizeof(ulong)];
        if (hmac.Length != 2 * HmacBytes
            || Convert.FromHexString(hmac[..(2 * sizeof(ulong))], first, out _, out _) != OperationStatus.Done)
        {
            return null;
        }

        return new Announced(Encoding.ASCII.GetString(key[..generation]), BinaryPrimitives.ReadUInt64BigEndian(first));
    }

    /// <summary>Whether a text is a generation: a decimal number of up to 20 digits.</summary>
    internal static bool IsGeneration(ReadOnlySpan<byte> text) =>
        text.Length is > 0 and <= 20 && !text.ContainsAnyExceptInRange((byte)'0', (byte)'9');
}
