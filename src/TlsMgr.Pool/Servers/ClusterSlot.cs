using System;

namespace TlsMgr.Pool.Servers;

/// <summary>
/// The slot of a key in a cluster, as the specification of Redis Cluster has it: CRC-16 (XMODEM) modulo 16384. The
/// library says it only while it takes the servers for a cluster, and -1 otherwise.
/// </summary>
internal static class ClusterSlot
{
    /// <summary>The number of slots.</summary>
    internal const int Count = 16384;

    private const int Polynomial = 0x1021;
    private const int HighBit = 0x8000;

    /// <summary>Returns the slot of a key without braces, which would have a meaning.</summary>
    internal static int Of(ReadOnlySpan<byte> key)
    {
        int sum = 0;
        foreach (byte one in key)
        {
            sum ^= one << 8;
            for (int bit = 0; bit < 8; bit++)
            {
                sum = ((sum & HighBit) != 0 ? (sum << 1) ^ Polynomial : sum << 1) & 0xffff;
            }
        }

        return sum % Count;
    }
}
