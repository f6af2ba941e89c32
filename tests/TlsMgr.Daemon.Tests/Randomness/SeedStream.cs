using System;
using System.Buffers.Text;
using System.Linq;
using Shouldly;
using TlsMgr.Testing;

namespace TlsMgr.Daemon.Tests.Randomness;

/// <summary>Reads many seeds over one connection, with many requests in one write: a million take seconds.</summary>
internal static class SeedStream
{
    internal const int SeedBytes = 32;

    // Small enough that neither side blocks on a full socket.
    private const int RequestsInWrite = 1000;

    private static readonly byte[] Request = RunningDaemon.Bytes($"request|seed|size|{SeedBytes}||");
    private static readonly byte[] ReplyBegin = RunningDaemon.Bytes("status|0|seed|");
    private static readonly byte[] ReplyEnd = RunningDaemon.Bytes("||");

    /// <summary>Reads that many seeds, concatenated.</summary>
    internal static byte[] Read(RunningDaemon daemon, int count)
    {
        using AttributeClient client = daemon.Connect();
        client.ReadList();
        byte[] seeds = new byte[count * SeedBytes];
        int encodedBytes = Base64.GetMaxEncodedToUtf8Length(SeedBytes);
        byte[] reply = new byte[ReplyBegin.Length + encodedBytes + ReplyEnd.Length];
        for (int first = 0; first < count; first += RequestsInWrite)
        {
            int batch = int.Min(RequestsInWrite, count - first);
            client.SendBytes([.. Enumerable.Repeat(Request, batch).SelectMany(bytes => bytes)]);
            for (int i = first; i < first + batch; i++)
            {
                client.ReadBytes(reply);
                reply.AsSpan().StartsWith(ReplyBegin).ShouldBeTrue();
                reply.AsSpan().EndsWith(ReplyEnd).ShouldBeTrue();
                Base64.DecodeFromUtf8(
                    reply.AsSpan(ReplyBegin.Length, encodedBytes), seeds.AsSpan(i * SeedBytes), out _, out int decoded);
                decoded.ShouldBe(SeedBytes);
            }
        }

        return seeds;
    }

    /// <summary>The number of different values among slices of equal length.</summary>
    internal static int CountDifferent(byte[] bytes, int sliceBytes) =>
        bytes.Chunk(sliceBytes).Select(Convert.ToHexString).ToHashSet(StringComparer.Ordinal).Count;
}
