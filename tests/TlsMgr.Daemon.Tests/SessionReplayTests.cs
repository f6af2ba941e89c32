using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests;

/// <summary>Replays the recorded traffic of Postfix's programs against the published binary.</summary>
public sealed class SessionReplayTests
{
    public static TheoryData<string> Recordings => new(
        Directory.GetFiles(RepositoryRoot.Fixture("sessions"), "postfix-*.txt").Select(path => Path.GetFileName(path)));

    private static readonly string[] MainCf =
    [
        "smtpd_tls_session_cache_database = btree:${data_directory}/smtpd_scache",
        "smtp_tls_session_cache_database = btree:${data_directory}/smtp_scache",
        "lmtp_tls_session_cache_database = btree:${data_directory}/lmtp_scache",
    ];

    [Theory]
    [MemberData(nameof(Recordings))]
    public void Recorded_clients_get_the_recorded_replies(string file)
    {
        using RunningDaemon daemon = new(MainCf, parentVersion: file.Split('-')[1] + ".0");

        Replay(file, daemon);
    }

    [Theory]
    [InlineData("postfix-3.7-smtp.txt")]
    [InlineData("postfix-3.7-smtpd.txt")]
    [InlineData("postfix-3.7-tlsproxy.txt")]
    [Trait("Needs", "root")]
    public void The_installed_Postfix_replies_as_recorded(string file)
    {
        using RunningDaemon daemon = new(MainCf, binary: PublishedBinary.PostfixTlsMgr);

        Replay(file, daemon);
    }

    private static void Replay(string file, RunningDaemon daemon)
    {
        RecordedKeyNames names = new();
        foreach (RecordedConnection connection in SessionRecording.Read(RepositoryRoot.Fixture("sessions", file)))
        {
            using AttributeClient client = daemon.Connect();
            RecordingReplay.Run(connection, new Peer(client), names).ShouldBeEmpty();
        }

        daemon.Log.TakeTexts().ShouldBeEmpty();
    }

    private sealed class Peer(AttributeClient client) : IRecordedPeer
    {
        public void Send(byte[] bytes) => client.SendBytes(bytes);

        public byte[] Receive() => RunningDaemon.Bytes(RunningDaemon.Text(client.ReadList()));
    }
}
