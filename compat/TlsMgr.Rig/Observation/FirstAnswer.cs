// The first client of a daemon that does not run yet: master(8) starts it for this connection.

using System;
using System.Buffers;
using System.Buffers.Text;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Net.Sockets;
using TlsMgr.Testing;

namespace TlsMgr.Rig.Observation;

/// <summary>What a client saw, and when.</summary>
/// <param name="UntilAnnouncement">From connect to the announcement, start of the daemon included; null: none.</param>
/// <param name="UntilSeed">From the request for a seed to its reply; without announcement, from connect.</param>
/// <param name="Fault">What was wrong; null when nothing was.</param>
internal sealed record FirstAnswer(TimeSpan? UntilAnnouncement, TimeSpan UntilSeed, string? Fault)
{
    private const int SeedBytes = 32;

    // Longer than any start takes, shorter than the minute for which master(8) throttles a daemon that dies.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Connects, reads the announcement when this release makes one, and asks for a seed.</summary>
    internal static FirstAnswer Ask(PostfixInstance instance)
    {
        TimeSpan? announced = null;
        try
        {
            long start = Stopwatch.GetTimestamp();
            using AttributeClient client = AttributeClient.Connect(instance.TlsMgrSocket, Patience);
            if (instance.Release.Announces)
            {
                IReadOnlyList<(string Name, byte[] Value)> announcement = client.ReadList();
                announced = Stopwatch.GetElapsedTime(start);
                if (announcement is not [("protocol", var protocol)]
                    || !protocol.AsSpan().SequenceEqual("tlsmgr_protocol"u8))
                {
                    return new FirstAnswer(
                        announced, TimeSpan.Zero, "the announcement is not protocol=tlsmgr_protocol");
                }

                start = Stopwatch.GetTimestamp();
            }

            client.Send(("request", "seed"u8.ToArray()), ("size", "32"u8.ToArray()));
            IReadOnlyList<(string Name, byte[] Value)> reply = client.ReadList();
            return new FirstAnswer(announced, Stopwatch.GetElapsedTime(start), SeedFault(reply));
        }
        catch (Exception fault) when (fault is IOException or SocketException)
        {
            return new FirstAnswer(announced, TimeSpan.Zero, $"no answer from private/tlsmgr: {fault.Message}");
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
