using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Daemon.Tests.Faults;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests.Secrets;

/// <summary>The published binary gives up all rights that it does not need to serve.</summary>
[Trait("Needs", "root")]
public sealed class SandboxTests
{
    private const int Escape = 12; // SIGUSR2
    private const int LastOfMaster = 6;
    private const string Seed = "request|seed|size|1||";
    private static readonly string[] InJail = ["-u", "-c"];

    [Fact]
    public void Every_thread_has_no_capabilities_no_new_privileges_and_a_system_call_filter()
    {
        using RunningDaemon daemon = new(options: InJail);
        daemon.Ask(Seed);

        foreach (string thread in Directory.GetDirectories($"/proc/{daemon.Master.Process.Id}/task"))
        {
            Dictionary<string, string> status = StatusOf(thread);
            foreach (string set in new[] { "CapInh", "CapPrm", "CapEff", "CapAmb" })
            {
                status[set].ShouldAllBe(digit => digit == '0', set);
            }

            status["NoNewPrivs"].ShouldBe("1");
            status["Seccomp"].ShouldBe("2");
        }
    }

    [Fact]
    public void Only_the_needed_descriptors_are_open()
    {
        using RunningDaemon daemon = new(
            ["smtpd_tls_session_cache_database = btree:${data_directory}/smtpd_scache"], InJail);
        using AttributeClient client = daemon.Connect();
        client.ReadList();

        // 0 to 6 are master's. Sockets and pipes that the test itself has open may be inherited by its children.
        HashSet<string> ours = ["/dev/null", .. TargetsOf("self").Values.Where(IsNumbered)];
        List<string> open = [.. TargetsOf($"{daemon.Master.Process.Id}")
            .Where(pair => pair.Key > LastOfMaster && !ours.Contains(pair.Value))
            .Select(pair => KindOf(pair.Value, daemon.Directories))];

        open.ShouldBe(
            [
                "socket", // the log
                "socket", // the client
                "socket", // the control socket
                "anon_inode:[eventpoll]", "anon_inode:[signalfd]", "anon_inode:seccomp notify",
                "/dev/urandom", // tls_random_source; the runtime has none
                "DATA/prng_exch",
                "DATA/smtpd_scache.lmdb", "DATA/smtpd_scache.lmdb", "DATA/smtpd_scache.lmdb", // LMDB has two
            ], ignoreOrder: true);
    }

    [Fact]
    [Trait("Sandbox", "left")]
    public void Forbidden_calls_are_refused_the_first_is_logged_and_the_service_continues()
    {
        using PreparedBinary binary = PreparedBinary.WithFault("forbidden");
        using RunningDaemon daemon = new(options: InJail, binary: binary.Path);
        daemon.Ask(Seed);

        daemon.Master.Process.Signal(Escape);
        string text = daemon.Log.WaitFor("sandbox", PublishedBinary.Timeout).ShouldHaveSingleItem();
        daemon.Master.Process.Signal(Escape);
        daemon.Ask(Seed).ShouldStartWith("status|0|");

        text.ShouldStartWith("warning: sandbox: system call 41 (socket) of thread ");
        text.ShouldEndWith(" is forbidden and was refused");
        daemon.HangUp().ShouldBe(0);
        daemon.Log.TakeTexts().ShouldBeEmpty("the kernel's log has the others");
    }

    [Fact]
    [Trait("Sandbox", "left")]
    public void What_remains_to_code_in_the_process_is_what_the_documentation_says()
    {
        using PreparedBinary binary = PreparedBinary.WithFault("reachable");
        using RunningDaemon daemon = new(
            ["smtpd_tls_session_cache_database = btree:${data_directory}/smtpd_scache"], InJail, binary: binary.Path);
        daemon.Ask(Seed);

        daemon.Master.Process.Signal(Escape);

        daemon.Log.WaitFor("reached", PublishedBinary.Timeout).ShouldBe(["reached"]);
        daemon.Ask(Seed).ShouldStartWith("status|0|");
        daemon.HangUp().ShouldBe(0);
    }

    [Fact]
    [Trait("Sandbox", "left")]
    public void Where_Landlock_can_restrict_all_threads_it_does_before_the_filter()
    {
        using PreparedBinary binary = PreparedBinary.WithFault("landlock");
        using RunningDaemon daemon = new(options: [.. InJail, "-v"], binary: binary.Path);

        daemon.Ask(Seed).ShouldStartWith("status|0|");

        daemon.Log.WaitFor("sandbox: ", PublishedBinary.Timeout).ShouldContain("sandbox: with Landlock");
        daemon.HangUp().ShouldBe(0);
    }

    [Fact]
    public void Switched_off_there_is_no_filter_and_no_log_record()
    {
        using RunningDaemon daemon = new(["tlsmgr_sandbox = no"], InJail);
        daemon.Ask(Seed).ShouldStartWith("status|0|");

        Dictionary<string, string> status = StatusOf($"/proc/{daemon.Master.Process.Id}");
        status["Seccomp"].ShouldBe("0");
        status["NoNewPrivs"].ShouldBe("1", "that is set in any case");
        daemon.Log.TakeTexts().ShouldBeEmpty();
    }

    [Fact]
    public void A_sandbox_that_cannot_be_set_up_is_logged_and_the_service_runs()
    {
        using PreparedBinary binary = PreparedBinary.WithFault("seccomp");
        using RunningDaemon daemon = new(options: InJail, binary: binary.Path);

        daemon.Ask(Seed).ShouldStartWith("status|0|");

        daemon.Log.TakeTexts().ShouldBe(
            ["warning: sandbox: cannot be set up: Invalid argument -- continuing without sandbox"]);
        daemon.HangUp().ShouldBe(0);
    }

    private static Dictionary<string, string> StatusOf(string path) => File.ReadLines($"{path}/status")
        .Select(line => line.Split(':', 2)).ToDictionary(pair => pair[0], pair => pair[1].Trim());

    /// <summary>The descriptors of a process and their link targets.</summary>
    private static Dictionary<int, string> TargetsOf(string process) => Directory.GetFiles($"/proc/{process}/fd")
        .Select(path => (Number: int.Parse(Path.GetFileName(path)), Target: new FileInfo(path).LinkTarget))
        .Where(pair => pair.Target is not null).ToDictionary(pair => pair.Number, pair => pair.Target!);

    private static string KindOf(string target, DaemonDirectories directories) =>
        IsNumbered(target) ? target.Split(':')[0] : target.Replace(directories.Data, "DATA");

    /// <summary>Whether it is a socket or a pipe, whose target has a unique number.</summary>
    private static bool IsNumbered(string target) =>
        target.StartsWith("socket:", StringComparison.Ordinal) || target.StartsWith("pipe:", StringComparison.Ordinal);
}
