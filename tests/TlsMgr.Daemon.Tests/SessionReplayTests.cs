using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests;

/// <summary>The traffic of a real smtpd, smtp and master, against the published binary.</summary>
public sealed class SessionReplayTests
{
    public static TheoryData<string> Recordings => new(
        Directory.GetFiles(RepositoryRoot.Fixture("sessions"), "postfix-*.txt").Select(path => Path.GetFileName(path)));

    [Theory]
    [MemberData(nameof(Recordings))]
    public void Recorded_clients_get_the_recorded_answers(string file)
    {
        string version = file.Split('-')[1];
        using RunningDaemon daemon = new(
            [
                "smtpd_tls_session_cache_database = btree:${data_directory}/smtpd_scache",
                "smtp_tls_session_cache_database = btree:${data_directory}/smtp_scache",
            ],
            parentVersion: version + ".0");

        foreach (RecordedConnection connection in SessionRecording.Read(RepositoryRoot.Fixture("sessions", file)))
        {
            using AttributeClient client = daemon.Connect();
            RecordedPlay.Play(connection, new Peer(client)).ShouldBeEmpty();
        }

        daemon.Log.TakeTexts().ShouldBeEmpty();
    }

    private sealed class Peer(AttributeClient client) : IRecordedPeer
    {
        public void Send(byte[] bytes) => client.SendBytes(bytes);

        public byte[] Receive() => RunningDaemon.Bytes(RunningDaemon.Text(client.ReadList()));
    }
}
