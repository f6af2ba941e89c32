using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Testing;
using TlsMgr.Tests.Requests;
using TlsMgr.Tests.Server;
using Xunit;

namespace TlsMgr.Tests.Replay;

/// <summary>Replays the recorded traffic of smtpd, smtp and master against the service in this process.</summary>
public sealed class SessionReplayTests
{
    public static TheoryData<string> Recordings => new(
        Directory.GetFiles(RepositoryRoot.Fixture("sessions"), "postfix-*.txt").Select(path => Path.GetFileName(path)));

    [Theory]
    [MemberData(nameof(Recordings))]
    public void Recorded_clients_get_the_recorded_replies(string file)
    {
        bool announcesProtocol = !file.StartsWith("postfix-3.4", StringComparison.Ordinal);
        bool hasLmtpCache = file.Contains("lmtp", StringComparison.Ordinal);
        using ServiceRig rig = new(
            announcesProtocol: announcesProtocol, smtpTimeoutSeconds: 3600, hasLmtpCache: hasLmtpCache);
        IReadOnlyList<RecordedConnection> connections = SessionRecording.Read(RepositoryRoot.Fixture("sessions", file));

        RecordedKeyNames names = new();
        foreach (RecordedConnection connection in connections)
        {
            using ScriptedClient client = rig.Connect();
            client.Conversation.Greet();
            RecordingReplay.Run(connection, new Peer(client), names).ShouldBeEmpty();
        }

        connections.ShouldNotBeEmpty();
    }

    private sealed class Peer(ScriptedClient client) : IRecordedPeer
    {
        private byte[] _received = client.TakeBytes();

        public void Send(byte[] bytes) => _received = [.. _received, .. client.SendBytes(bytes)];

        public byte[] Receive()
        {
            byte[] received = _received;
            _received = [];
            return received;
        }
    }
}
