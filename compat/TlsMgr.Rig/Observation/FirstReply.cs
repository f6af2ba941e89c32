using System;
using System.Buffers;
using System.Buffers.Text;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Net.Sockets;
using TlsMgr.Testing;

namespace TlsMgr.Rig.Observation;

/// <summary>
/// What the first client of a daemon receives, with times: master(8) starts the daemon for this connection.
/// </summary>
/// <param name="UntilAnnouncement">From connect to the announcement, the daemon's start included; null: none.</param>
/// <param name="UntilSeed">From the request for a seed to its reply; without an announcement, from connect.</param>
/// <param name="Fault">The fault; null when both are as expected.</param>
internal sealed record FirstReply(TimeSpan? UntilAnnouncement, TimeSpan UntilSeed, string? Fault)
{
    private const int SeedBytes = 32;

    // Longer than any start takes, shorter than the minute for which master(8) throttles a daemon that crashes.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <summary>Connects, reads the announcement when this release sends one, and requests a seed.</summary>
    internal static FirstReply Request(PostfixInstance instance)
    {
        TimeSpan? announced = null;
        try
        {
            long start = Stopwatch.GetTimestamp();
            using AttributeClient client = AttributeClient.Connect(instance.TlsMgrSocket, Timeout);
            if (instance.Release.Announces)
            {
                IReadOnlyList<(string Name, byte[] Value)> announcement = client.ReadList();
                announced = Stopwatch.GetElapsedTime(start);
                if (announcement is not [("protocol", var protocol)]
                    || !protocol.AsSpan().SequenceEqual("tlsmgr_protocol"u8))
                {
                    return new FirstReply(
                        announced, TimeSpan.Zero, "the announcement is not protocol=tlsmgr_protocol");
                }

                start = Stopwatch.GetTimestamp();
            }

            client.Send(("request", "seed"u8.ToArray()), ("size", "32"u8.ToArray()));
            IReadOnlyList<(string Name, byte[] Value)> reply = client.ReadList();
            return new FirstReply(announced, Stopwatch.GetElapsedTime(start), SeedFault(reply));
        }
        catch (Exception fault) when (fault is IOException or SocketException)
        {
            return new FirstReply(announced, TimeSpan.Zero, $"no reply from private/tlsmgr: {fault.Message}");
        }
    }

    private static string? SeedFault(IReadOnlyList<(string Name, byte[] Value)> reply)
    {
        byte[] seed = new byte[SeedBytes];
        return reply is [("status", [(byte)'0']), ("seed", var text)]
            && Base64.DecodeFromUtf8(text, seed, out _, out int length) == OperationStatus.Done
            && length == SeedBytes
            ? null
            : $"the reply to seed is not status 0 and {SeedBytes} bytes";
    }
}
