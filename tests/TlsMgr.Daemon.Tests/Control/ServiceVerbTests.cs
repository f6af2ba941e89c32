using System.IO;
using System.Net.Sockets;
using System.Threading;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests.Control;

/// <summary>The verbs of the published tlsmgrctl that ask the published daemon as a client would.</summary>
public sealed class ServiceVerbTests
{
    private const string Session = "bm90IGZvciBhbnlib2R5J3MgZXllcw==";

    [Fact]
    public void Every_verb_prints_what_it_printed_before()
    {
        using ControlRig rig = new();
        rig.Daemon.Ask($"request|update|cache_type|smtpd|cache_id|an&id|session|{Session}||").ShouldBe("status|0||");

        string said = "";
        foreach (string line in new[]
        {
            "ping", "seed 16", "policy smtpd", "policy lmtp", "lookup smtpd an&id", "lookup smtp an&id",
            "bench --seconds 1 --clients 2",
        })
        {
            foreach (string words in new[] { line, $"{line} --json" })
            {
                CommandOutput output = rig.Run(words.Split(' ')[0], words.Split(' ')[1..]);
                said += $"$ tlsmgrctl {words}; echo $?\n{output.Output}{output.Status}\n";
                output.Errors.ShouldBeEmpty();
            }
        }

        ControlRig.ShouldBeApproved(said, "service-verbs.approved.txt");
    }

    [Fact]
    public void A_daemon_that_does_not_announce_its_protocol_is_understood()
    {
        using ControlRig rig = new("-o", "mail_version=3.4.0");

        rig.Run("ping").Output.ShouldContain("announces_protocol  no\n");
    }

    [Fact]
    public void An_id_is_taken_as_list_shows_it()
    {
        using ControlRig rig = new();
        rig.Daemon.Ask($"request|update|cache_type|smtpd|cache_id|caf\u00e9 \\x|session|{Session}||").ShouldBe("status|0||");

        rig.Run("lookup", "smtpd", @"caf\xc3\xa9\x20\\x").Status.ShouldBe(0);
        rig.Run("lookup", "smtpd", @"a\b").ShouldBe(new CommandOutput(
            2, "", "tlsmgrctl: fatal: bad cache id a\\b: a backslash is followed by xNN or another backslash\n"));
    }

    [Fact]
    public void Load_on_a_cache_that_is_off_is_told()
    {
        using ControlRig rig = new("-o", "smtpd_tls_session_cache_database=");

        CommandOutput output = rig.Run("bench", "--seconds", "1");

        (output.Status, output.Errors).ShouldBe(
            (0, "tlsmgrctl: warning: the smtpd cache is off: lookup measures only how fast that is reported\n"));
    }

    [Theory]
    [InlineData("seed", "0", "bad seed size 0: 1 to 255")]
    [InlineData("seed", "x", "bad seed size x: 1 to 255")]
    [InlineData("seed", "256", "bad seed size 256: 1 to 255")]
    [InlineData("policy", "http", "no cache http: smtpd, smtp or lmtp")]
    [InlineData("bench", "--seconds=61", "bad number of seconds 61: 1 to 60")]
    [InlineData("bench", "--seconds=x", "bad number of seconds x: 1 to 60")]
    [InlineData("bench", "--clients=0", "bad number of clients 0: 1 to 64")]
    public void A_word_that_makes_no_sense_is_refused_with_status_2(string verb, string word, string fault)
    {
        using ControlRig rig = new();

        rig.Run(verb, word).ShouldBe(new CommandOutput(2, "", $"tlsmgrctl: fatal: {fault}\n"));
    }

    [Theory]
    [InlineData("seed")]
    [InlineData("policy")]
    [InlineData("lookup", "smtpd")]
    [InlineData("ping", "--count")]
    [InlineData("ping", "extra")]
    [InlineData("seed", "32", "extra")]
    [InlineData("doctor", "extra")]
    [InlineData("bench", "--seconds")]
    [InlineData("bench", "--clients", "--json")]
    [InlineData("doctor", "--bogus")]
    public void A_command_line_that_is_none_is_told_in_one_line_with_status_2(params string[] arguments) =>
        CommandLineTests.ShouldBeRefused(CommandOutput.Of(PublishedBinary.Control, arguments));

    [Theory]
    [InlineData("", "lost connection to ROOT/q/private/tlsmgr")]
    [InlineData("status", "lost connection to ROOT/q/private/tlsmgr")]
    [InlineData("state|0||", "unexpected attribute state from ROOT/q/private/tlsmgr (expecting: status)")]
    [InlineData("status|0||", "missing attribute seed in input from ROOT/q/private/tlsmgr")]
    [InlineData(
        "protocol|tlsmgr_protocol||status|x||",
        "malformed numerical data from ROOT/q/private/tlsmgr while reading input attribute value: x")]
    public void A_reply_that_is_none_is_told_with_status_3(string reply, string fault)
    {
        using ControlRig rig = new();
        string queue = Path.Combine(rig.Directories.Root, "q");
        string sockets = Directory.CreateDirectory(Path.Combine(queue, "private")).FullName;
        rig.Configure($"queue_directory = {queue}");
        using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(sockets, "tlsmgr")));
        listener.Listen();
        Thread server = new(() =>
        {
            // A connection that ends without a byte is made again, once.
            for (int connections = reply.Length == 0 ? 2 : 1; connections > 0; connections--)
            {
                using Socket client = listener.Accept();
                client.Receive(new byte[100]);
                client.Send(RunningDaemon.Bytes(reply));
            }
        });
        server.Start();

        rig.Run("seed", "1").ShouldBe(new CommandOutput(3, "", $"tlsmgrctl: fatal: {fault}\n"));
        server.Join(PublishedBinary.Timeout).ShouldBeTrue();
    }

    [Theory]
    [InlineData("ping")]
    [InlineData("seed", "1")]
    [InlineData("policy", "smtp")]
    [InlineData("lookup", "smtp", "x")]
    [InlineData("bench")]
    public void A_daemon_that_is_gone_or_hangs_is_given_up_soon_with_status_3(string verb, params string[] arguments)
    {
        using ControlRig rig = new();
        string queue = Path.Combine(rig.Directories.Root, "q");
        string sockets = Directory.CreateDirectory(Path.Combine(queue, "private")).FullName;
        rig.Configure($"queue_directory = {queue}");

        CommandOutput gone = rig.Run(verb, arguments);
        gone.ShouldBe(new CommandOutput(
            3, "", "tlsmgrctl: fatal: connect to ROOT/q/private/tlsmgr: No such file or directory\n"));

        using UnixListener silent = new(Path.Combine(sockets, "tlsmgr"));
        Promptness.ShouldTakeLessThanTwoSeconds(() => rig.Run(verb, arguments).ShouldBe(new CommandOutput(
            3, "", "tlsmgrctl: fatal: no reply from ROOT/q/private/tlsmgr within 2 seconds\n")));
    }
}
