using System.Collections.Generic;
using System.Security.Cryptography;
using System.Text;
using TlsMgr.Tickets.Pool;

namespace TlsMgr.Tests.Tickets.Pool;

/// <summary>All secrets of a pool since its beginning, and the keys of its periods, derived with plain HMAC.</summary>
/// <param name="pool">The name of the pool.</param>
internal sealed class PoolReference(string pool)
{
    internal const string Cipher = "aes-256-cbc";
    private const int TicketBytes = 80;

    private readonly Dictionary<uint, (long First, List<byte[]> Keys)> _generations = [];

    /// <summary>Takes note of a generation that has just begun.</summary>
    internal void Learn(PoolChain chain) => _generations[chain.Generation] = (chain.Period, [chain.Key.ToArray()]);

    /// <summary>The chain key of a period.</summary>
    internal byte[] ChainKey(uint generation, long period)
    {
        (long first, List<byte[]> keys) = _generations[generation];
        while (keys.Count <= period - first)
        {
            keys.Add(Expand(keys[^1], Fields("tlsmgr-pool/1 next"u8.ToArray()), PoolDerivation.KeyBytes));
        }

        return keys[(int)(period - first)];
    }

    /// <summary>The ticket key of a period: name, cipher key, MAC key.</summary>
    internal byte[] TicketKey(uint generation, long period) => TicketKey(ChainKey(generation, period));

    /// <summary>The ticket key of a chain key.</summary>
    internal byte[] TicketKey(byte[] chainKey) => Expand(
        chainKey,
        Fields(
            "tlsmgr-pool/1 ticket"u8.ToArray(), Encoding.ASCII.GetBytes(pool), [32], Encoding.ASCII.GetBytes(Cipher),
            new byte[32]),
        TicketBytes);

    /// <summary>The chain key of the next period.</summary>
    internal static byte[] Next(byte[] chainKey) =>
        Expand(chainKey, Fields("tlsmgr-pool/1 next"u8.ToArray()), PoolDerivation.KeyBytes);

    private static byte[] Expand(byte[] key, byte[] info, int length)
    {
        List<byte> output = [];
        byte[] block = [];
        for (byte counter = 1; output.Count < length; counter++)
        {
            byte[] input = [.. block, .. info, counter];
            block = HMACSHA256.HashData(key, input);
            output.AddRange(block);
        }

        return [.. output[..length]];
    }

    private static byte[] Fields(params byte[][] fields)
    {
        List<byte> joined = [];
        foreach (byte[] field in fields)
        {
            joined.AddRange([0, 0, 0, (byte)field.Length, .. field]);
        }

        return [.. joined];
    }
}
