using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using Shouldly;
using TlsMgr.Native.Libc;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests;

/// <summary>
/// Failing starts and the -S mode: one log line with the text of Postfix's tlsmgr, and its exit status.
/// </summary>
public sealed class StartFaultTests
{
    /// <summary>.NET reports the end by a signal as this plus the signal number.</summary>
    private const int EndedBySignal = 128;

    private const int Continue = 18; // SIGCONT
    private const int Stop = 19; // SIGSTOP

    public static TheoryData<string, string[], string> Faults => new()
    {
        { "", [], "fatal: service tlsmgr requires a process limit of 1" },
        { "", ["-l"], "fatal: no transport type specified" },
        { "", ["-l", "-t", "bogus"], "fatal: unsupported transport type: bogus" },
        { "", ["-Z"], "fatal: invalid option: Z" },
        { "", ["-S", "-D"], "fatal: no debugger_command variable set up" },
        { "", ["-S", "foo"], "fatal: unexpected command-line argument: foo" },
        { "", ["-S", "-o", "bogus"], "fatal: invalid \"-o bogus\" option value: missing '=' after attribute name" },
        { "tls_random_bytes = 0", ["-S"], "fatal: invalid tls_random_bytes parameter value 0 < 1" },
        {
            "smtpd_tls_session_cache_timeout = 1x", ["-S"],
            "fatal: parameter smtpd_tls_session_cache_timeout: bad time value or unit: 1x"
        },
        {
            "smtpd_tls_session_cache_database = btree:${data_directory}/x\n"
                + "smtp_tls_session_cache_database = btree:${data_directory}/./x", ["-S"],
            "fatal: do not use the same TLS cache file btree:DATA/./x for smtpd and smtp"
        },
        { "", ["-l", "-t", "unix"], "fatal: status channel: not a socket -- this program must be started by master(8)" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_fault_is_logged_in_one_line_with_status_1(string mainCf, string[] arguments, string expected)
    {
        using DaemonDirectories directories = new(mainCf.Split('\n'));

        (int status, _, IReadOnlyList<string> log) = Run(directories, arguments, "");

        status.ShouldBe(1);
        log.ShouldBe([expected.Replace("DATA", directories.Data)]);
    }

    [Fact]
    public void Without_main_cf_the_fault_names_the_file()
    {
        using DaemonDirectories directories = new();
        File.Delete(Path.Combine(directories.Config, "main.cf"));

        (int status, _, IReadOnlyList<string> log) = Run(directories, ["-S"], "");

        status.ShouldBe(1);
        log.ShouldBe([$"fatal: open {directories.Config}/main.cf: No such file or directory"]);
    }

    [Theory]
    [InlineData("request|policy|cache_type|smtpd||", "status|0|cachable|0|timeout|3600||")]
    [InlineData("request|policy|cache_type|smtpd||request|policy|cache_type|lmtp||",
        "status|0|cachable|0|timeout|3600||status|0|cachable|0|timeout|3600||")]
    [InlineData("", "")]
    [InlineData("W|", "")]
    public void With_S_one_client_is_served_on_standard_streams_without_a_greeting(string input, string expected)
    {
        using DaemonDirectories directories = new();

        (int status, string output, IReadOnlyList<string> log) = Run(directories, ["-S"], input);

        status.ShouldBe(0);
        output.ShouldBe(expected);
        log.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(SignalNumber.Terminate)]
    [InlineData(SignalNumber.Interrupt)]
    [InlineData(SignalNumber.HangUp)]
    public void With_S_a_signal_ends_it_by_that_signal_with_its_state_saved(int signal)
    {
        using DaemonDirectories directories = new();
        string exchangeFile = Path.Combine(directories.Data, "prng_exch");
        using System.Diagnostics.Process process = Start(directories, ["-S"]);
        process.StandardInput.BaseStream.Write(RunningDaemon.Bytes("request|policy|cache_type|smtpd||"));
        process.StandardInput.BaseStream.Flush();
        process.StandardOutput.Read().ShouldBe('s');
        byte[] before = File.ReadAllBytes(exchangeFile);

        ProcessControl.Kill(process.Id, signal);

        process.WaitForExit(PublishedBinary.Timeout).ShouldBeTrue();
        process.ExitCode.ShouldBe(EndedBySignal + signal);
        File.ReadAllBytes(exchangeFile).ShouldNotBe(before);
    }

    [Fact]
    public void After_a_fault_a_signal_ends_it_at_once()
    {
        using DaemonDirectories directories = new();
        using PostlogSocket log = new(directories.PostlogSocket);
        using System.Diagnostics.Process process = Start(directories, ["-S", "foo"]);
        log.WaitFor("fatal: unexpected command-line argument: foo", PublishedBinary.Timeout);

        ProcessControl.Kill(process.Id, SignalNumber.Terminate);

        process.WaitForExit(PublishedBinary.Timeout).ShouldBeTrue();
        process.ExitCode.ShouldBe(EndedBySignal + SignalNumber.Terminate);
    }

    [Fact]
    [Trait("Traced", "not")]
    public void A_signal_during_the_start_does_not_hide_a_fault()
    {
        using DaemonDirectories directories = new();
        using PostlogSocket log = new(directories.PostlogSocket);
        bool wasInTime = false;
        for (int attempt = 0; attempt < 20 && !wasInTime; attempt++)
        {
            SpawnedProcess process = SpawnedProcess.Start(
                PublishedBinary.Path, ["tlsmgr", "-S", "foo"], FakeMaster.EnvironmentOf(directories), directories.Queue,
                new Dictionary<int, int>());
            SpinWait.SpinUntil(() => Blocks(process.Id) || HasStopped(process.Id), PublishedBinary.Timeout);
            process.Signal(Stop);
            SpinWait.SpinUntil(() => HasStopped(process.Id), PublishedBinary.Timeout).ShouldBeTrue();
            wasInTime = Blocks(process.Id);
            process.Signal(SignalNumber.Terminate);
            process.Signal(Continue);
            int? status = process.WaitForExit(PublishedBinary.Timeout);
            IReadOnlyList<string> texts = log.TakeTexts();
            if (wasInTime)
            {
                status.ShouldBe(1);
                texts.ShouldBe(["fatal: unexpected command-line argument: foo"]);
            }
        }

        wasInTime.ShouldBeTrue();
    }

    /// <summary>
    /// Whether SIGTERM is blocked in each thread of a process; a thread without the block would receive it.
    /// </summary>
    private static bool Blocks(int process) => Directory.GetDirectories($"/proc/{process}/task")
        .All(thread => StatusOf(thread, "SigBlk").EndsWith("4003", StringComparison.Ordinal));

    /// <summary>Whether a process is stopped, or has ended.</summary>
    private static bool HasStopped(int process) => StatusOf($"/proc/{process}", "State")[0] is 'T' or 'Z';

    private static string StatusOf(string thread, string name) => File.ReadLines($"{thread}/status")
        .Single(line => line.StartsWith($"{name}:", StringComparison.Ordinal)).Split('\t')[1];

    private static (int Status, string Output, IReadOnlyList<string> Log) Run(
        DaemonDirectories directories, string[] arguments, string input)
    {
        using PostlogSocket log = new(directories.PostlogSocket);
        using System.Diagnostics.Process process = Start(directories, arguments);
        process.StandardInput.BaseStream.Write(RunningDaemon.Bytes(input));
        process.StandardInput.Close();
        string output = process.StandardOutput.ReadToEnd().Replace('\0', '|');
        process.WaitForExit(PublishedBinary.Timeout).ShouldBeTrue();
        return (process.ExitCode, output, log.TakeTexts());
    }

    private static System.Diagnostics.Process Start(DaemonDirectories directories, string[] arguments)
    {
        ProcessStartInfo start = new(PublishedBinary.Path, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directories.Queue,
        };
        start.Environment.Clear();
        foreach ((string name, string value) in FakeMaster.EnvironmentOf(directories))
        {
            start.Environment[name] = value;
        }

        return System.Diagnostics.Process.Start(start)!;
    }
}
