using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests;

/// <summary>
/// Replays the wire recording against the published binary: the same replies, log and end of connection.
/// </summary>
public sealed class WireReplayTests
{
    private const string KnownKeyCase = "tktkey known name";

    private static readonly string[] MainCf =
    [
        "smtpd_tls_session_cache_database = btree:${data_directory}/smtpd_scache",
        "smtp_tls_session_cache_database = btree:${data_directory}/smtp_scache",
        "smtp_tls_session_cache_timeout = 60",
        "smtpd_tls_loglevel = 2",
        "smtp_tls_loglevel = 2",
    ];

    [Fact]
    public void Replies_and_log_are_those_of_Postfix_s_tlsmgr()
    {
        using RunningDaemon daemon = new(MainCf);

        ReplayAll(daemon);
    }

    [Theory]
    [InlineData("r")]
    [InlineData("re")]
    [InlineData("U")]
    [InlineData("requ")]
    [InlineData("request|seed")]
    public void A_client_that_disconnects_in_a_request_does_not_affect_the_others(string bytes)
    {
        using RunningDaemon daemon = new(MainCf);
        using (AttributeClient client = daemon.Connect())
        {
            client.ReadList();
            client.SendBytes(RunningDaemon.Bytes(bytes));
            client.CloseSending();
            client.ReadEnd().ShouldBeTrue();
        }

        RequestSeed(daemon).ShouldBe(0);
    }

    private static void ReplayAll(RunningDaemon daemon)
    {
        RequestSeed(daemon).ShouldBe(0);
        daemon.Log.TakeTexts();
        foreach (WireCase wireCase in WireRecording.Read(RepositoryRoot.Fixture("wire", "wire-3.7.txt"))
            .Where(wireCase => wireCase.IsReplayable && wireCase.Title != KnownKeyCase))
        {
            WireDifferences.Apply(wireCase);
            Replay(daemon, wireCase);

            // The end of the connection may be logged, in a record that does not belong to the next case.
            RequestSeed(daemon).ShouldBe(0, wireCase.Title);
            daemon.Log.TakeTexts();
        }
    }

    private static void Replay(RunningDaemon daemon, WireCase wireCase)
    {
        using AttributeClient client = daemon.Connect();
        client.ReadList();
        foreach (WireStep step in wireCase.Steps)
        {
            Send(client, step);

            // The daemon has processed the bytes before the next step, as in the recording.
            RequestSeed(daemon).ShouldBe(0, wireCase.Title);
        }

        string replies = string.Concat(Enumerable.Range(0, CountLists(wireCase)).Select(_ => ReadReply(client)));
        WireRecording.Mask(replies).ShouldBe(WireRecording.Mask(wireCase.Replies), wireCase.Title);
        if (wireCase.ServerCloses)
        {
            client.ReadEnd().ShouldBeTrue(wireCase.Title);
        }

        daemon.Log.TakeTexts().Select(WireRecording.Mask)
            .ShouldBe(wireCase.Log.Select(WireRecording.Mask), wireCase.Title);
    }

    private static void Send(AttributeClient client, WireStep step)
    {
        try
        {
            client.SendBytes(step.Bytes);
        }
        catch (IOException)
        {
            // The daemon closed after the previous step, which was a trigger.
            return;
        }

        if (step.ThenCloses)
        {
            client.CloseSending();
        }
    }

    /// <summary>Requests a seed on a connection of its own: earlier requests have been served then.</summary>
    private static int RequestSeed(RunningDaemon daemon) =>
        int.Parse(daemon.Ask("request|seed|size|1||").Split('|')[1], CultureInfo.InvariantCulture);

    private static string ReadReply(AttributeClient client) =>
        WireRecording.Escape(RunningDaemon.Bytes(RunningDaemon.Text(client.ReadList())));

    /// <summary>The number of attribute lists in the expected replies.</summary>
    private static int CountLists(WireCase wireCase)
    {
        using MemoryStream bytes = new(SessionRecording.Unescape(wireCase.Replies));
        int lists = 0;
        while (bytes.Position < bytes.Length)
        {
            while (ReadText(bytes).Length > 0)
            {
                ReadText(bytes);
            }

            lists++;
        }

        return lists;
    }

    private static string ReadText(MemoryStream bytes)
    {
        StringBuilder text = new();
        for (int next = bytes.ReadByte(); next > 0; next = bytes.ReadByte())
        {
            text.Append((char)next);
        }

        return text.ToString();
    }
}
