using System.IO;
using System.Net.Sockets;
using System.Threading;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests.Control;

/// <summary>The file of metrics that stats writes, and the start of a daemon that nobody has needed yet.</summary>
public sealed class MetricsFileTests
{
    private const string Readable = "-rw-r--r--";

    [Fact]
    public void The_file_is_replaced_as_a_whole_and_everybody_may_read_it()
    {
        using RunningDaemon daemon = new(["multi_instance_name = postfix-out"]);
        string file = Path.Combine(daemon.Directories.Root, "tlsmgr.prom");
        File.WriteAllText(file, "old");

        Stats(daemon.Directories, "--prometheus", "--output", file).ShouldBe(new CommandOutput(0, "", ""));

        File.ReadAllText(file).ShouldStartWith("# HELP tlsmgr_up ");
        File.ReadAllText(file).ShouldContain("\ntlsmgr_up{instance=\"postfix-out\"} 1\n");
        File.ReadAllText(file).ShouldContain("\ntlsmgr_requests_total{verb=\"seed\",instance=\"postfix-out\"} 0\n");
        CommandOutput.Of("stat", "-c", "%A", file).Output.ShouldBe($"{Readable}\n");
        File.Exists($"{file}.new").ShouldBeFalse();
    }

    [Fact]
    public void Without_a_daemon_the_file_says_so()
    {
        using DaemonDirectories directories = new();
        string file = Path.Combine(directories.Root, "tlsmgr.prom");

        CommandOutput output = Stats(directories, "--prometheus", "--label", "host=mx1", "--output", file);

        output.Status.ShouldBe(3);
        File.ReadAllText(file).ShouldEndWith("\ntlsmgr_up{host=\"mx1\"} 0\n");
    }

    [Fact]
    public void Without_a_daemon_another_form_leaves_the_file_as_it_is()
    {
        using DaemonDirectories directories = new();
        string file = Path.Combine(directories.Root, "stats.json");
        File.WriteAllText(file, "old");

        Stats(directories, "--json", "--output", file).Status.ShouldBe(3);

        File.ReadAllText(file).ShouldBe("old");
    }

    [Theory]
    [InlineData("/nonexistent/x", "No such file or directory")]
    [InlineData("/dev/null", "it is no regular file")]
    [InlineData("/dev/stdout", "it is no regular file")]
    [InlineData("/proc", "it is no regular file")]
    public void A_file_that_cannot_be_written_is_reported_with_status_4(string file, string reason)
    {
        using RunningDaemon daemon = new();

        Stats(daemon.Directories, "--output", file)
            .ShouldBe(new CommandOutput(4, "", $"tlsmgrctl: fatal: write {file}: {reason}\n"));
    }

    /// <summary>As another user who may write in the directory of the file can leave one.</summary>
    [Fact]
    public void A_link_in_place_of_the_new_file_is_not_followed()
    {
        using RunningDaemon daemon = new();
        string file = Path.Combine(daemon.Directories.Root, "tlsmgr.prom");
        string other = Path.Combine(daemon.Directories.Root, "other");
        File.WriteAllText(other, "kept");
        File.CreateSymbolicLink($"{file}.new", other);

        Stats(daemon.Directories, "--prometheus", "--output", file).Status.ShouldBe(0);

        File.ReadAllText(other).ShouldBe("kept");
        File.ReadAllText(file).ShouldStartWith("# HELP tlsmgr_up ");
        File.ResolveLinkTarget(file, returnFinalTarget: false).ShouldBeNull();
    }

    /// <summary>As after a reload, until the first client: master(8) listens, and no daemon runs.</summary>
    [Fact]
    public void Where_nobody_listens_a_request_to_the_service_starts_the_daemon()
    {
        using DaemonDirectories directories = new();
        using Socket master = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        master.Bind(new UnixDomainSocketEndPoint(directories.ServiceSocket));
        master.Listen();
        ScriptedServer? daemon = null;
        Thread start = new(() =>
        {
            using Socket client = master.Accept();
            client.Receive(new byte[1000]);
            daemon = new ScriptedServer(
                Path.Combine(directories.Data, "tlsmgr_control"), repeats: false, RunningDaemon.Bytes("status|0|seeds|1||"),
                RunningDaemon.Bytes("status|4294967294||"));
            client.Send(RunningDaemon.Bytes("status|0|cachable|1|timeout|3600||"));
        });
        start.Start();

        Stats(directories).ShouldBe(new CommandOutput(
            0, "an older daemon is running (no info): postfix reload\n\nseeds        1\n", ""));

        start.Join();
        daemon.ShouldNotBeNull().Dispose();
    }

    /// <summary>As right after a reload: the daemon before exits without having served the connection.</summary>
    [Fact]
    public void A_connection_that_is_lost_before_the_first_reply_is_made_again()
    {
        using DaemonDirectories directories = new();
        using Socket control = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        control.Bind(new UnixDomainSocketEndPoint(Path.Combine(directories.Data, "tlsmgr_control")));
        control.Listen();
        Thread daemons = new(() =>
        {
            control.Accept().Dispose();
            using Socket client = control.Accept();
            client.Receive(new byte[1000]);
            client.Send(RunningDaemon.Bytes("status|0|seeds|1||"));
            client.Receive(new byte[1000]);
            client.Send(RunningDaemon.Bytes("status|4294967294||"));
        });
        daemons.Start();

        Stats(directories).ShouldBe(new CommandOutput(
            0, "an older daemon is running (no info): postfix reload\n\nseeds        1\n", ""));

        daemons.Join();
    }

    private static CommandOutput Stats(DaemonDirectories directories, params string[] arguments) =>
        CommandOutput.Of(PublishedBinary.Control, ["stats", "-c", directories.Config, .. arguments]);
}
