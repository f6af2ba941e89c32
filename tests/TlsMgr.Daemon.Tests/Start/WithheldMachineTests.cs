using System.Collections.Generic;
using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Daemon.Tests.Faults;
using Xunit;

namespace TlsMgr.Daemon.Tests.Start;

/// <summary>
/// Starts on machines without something that the .NET runtime takes for granted: the daemon serves as Postfix's tlsmgr
/// does, or logs one record that names the cause. It neither hangs nor spins.
/// </summary>
[Trait("Needs", "root")]
[Trait("Traced", "not")]
public sealed class WithheldMachineTests
{
    private const string CannotStart = "fatal: cannot start: ";
    private const string EndOfDevice = "warning: cannot read from entropy device /dev/urandom: unexpected end of file";
    private const string NoFilter =
        "warning: sandbox: an outer seccomp filter kills the process for seccomp(2) -- continuing without sandbox";
    private const string OtherSource = "tls_random_source = dev:/dev/random";
    private const string OpenSsl = "/usr/lib/x86_64-linux-gnu/libssl.so.3";

    private const string EmptyFile = ": > $file";
    private const string ShortFile = "head -c 20 /dev/urandom > $file";
    private const string NamedPipe = "rm $file; mkfifo $file";
    private const string NullDevice = "rm $file; mknod $file c 1 3";

    /// <summary>What stands where /dev/urandom should be, and what the daemon logs about it.</summary>
    public static TheoryData<string, string[]> Devices => new()
    {
        { EmptyFile, [EndOfDevice] },
        { ShortFile, [] },
        { NamedPipe, [EndOfDevice] },
        { NullDevice, [EndOfDevice] },
    };

    /// <summary>A /dev with nothing in it but what the script makes.</summary>
    public static TheoryData<string, string[]> DeviceDirectories => new()
    {
        { ":", ["warning: cannot open entropy device /dev/urandom: No such file or directory"] },
        { "mkdir /dev/urandom", ["warning: cannot read from entropy device /dev/urandom: Is a directory"] },
    };

    public static TheoryData<string> AllDevices => [EmptyFile, ShortFile, NamedPipe, NullDevice];

    [Theory]
    [MemberData(nameof(Devices))]
    public void Whatever_stands_in_the_place_of_the_random_device_it_serves(string script, string[] log) =>
        Serves(OverDevice(script), log);

    [Theory]
    [MemberData(nameof(DeviceDirectories))]
    public void Whatever_is_missing_in_the_directory_of_devices_it_serves(string script, string[] log) =>
        Serves(OverDirectory(script), log);

    [Theory]
    [MemberData(nameof(AllDevices))]
    public void With_another_source_it_does_not_look_at_the_random_device(string script) =>
        Serves(OverDevice(script), [], OtherSource);

    [Theory]
    [MemberData(nameof(AllDevices))]
    public void The_tool_does_not_look_at_the_random_device(string script) =>
        ToolOutcome.Of(Prepared(OverDevice(script)), "--version").Kind.ShouldBe(ToolOutcome.Works);

    [Fact]
    public void Where_getrandom_is_refused_too_it_says_that_there_are_no_random_numbers()
    {
        using OuterFilter filter = new();

        StartOutcome outcome = StartOutcome.Of(PublishedBinary.Path,
            [.. filter.Around(("getrandom", OuterFilter.NotPermitted)), .. Prepared(OverDevice(EmptyFile))]);

        outcome.Kind.ShouldBe(StartOutcome.Fatal);
        outcome.Log.ShouldBe(
            ["fatal: getrandom: Operation not permitted -- and /dev/urandom is not the device of the kernel"]);
    }

    [Theory]
    [InlineData("clone3", OuterFilter.Kills, CannotStart + "an outer seccomp filter forbids clone3")]
    [InlineData("membarrier", OuterFilter.Kills, CannotStart + "an outer seccomp filter forbids membarrier")]
    [InlineData("sysinfo", OuterFilter.Kills, CannotStart + "an outer seccomp filter forbids sysinfo")]
    public void A_filter_that_kills_is_named(string call, int verdict, string record)
    {
        using OuterFilter filter = new();

        StartOutcome outcome = StartOutcome.Of(PublishedBinary.Path, filter.Around((call, verdict)));

        outcome.Kind.ShouldBe(StartOutcome.Fatal);
        outcome.Log.ShouldBe([record]);
    }

    [Fact]
    public void A_filter_that_kills_for_another_filter_costs_the_sandbox_alone()
    {
        using OuterFilter filter = new();
        IReadOnlyList<string> runner = filter.Around(("seccomp", OuterFilter.Kills));

        StartOutcome outcome = StartOutcome.Of(PublishedBinary.Path, runner);

        outcome.ExitStatus.ShouldBe(0);
        outcome.Log.ShouldBe([NoFilter]);
        StartOutcome.Of(PublishedBinary.Path, runner, "tlsmgr_sandbox = no").Log.ShouldBeEmpty();
    }

    [Fact]
    public void Where_clone3_and_seccomp_are_refused_it_serves_without_sandbox()
    {
        using OuterFilter filter = new();

        StartOutcome outcome = StartOutcome.Of(PublishedBinary.Path, filter.Around(Refused("clone3", "seccomp")));

        outcome.ExitStatus.ShouldBe(0);
        outcome.Log.ShouldBe(
            ["warning: sandbox: cannot be set up: Operation not permitted -- continuing without sandbox"]);
    }

    [Fact]
    public void Where_clone3_cannot_be_hidden_it_says_so()
    {
        using OuterFilter filter = new();

        StartOutcome outcome = StartOutcome.Of(PublishedBinary.Path,
            filter.Around(Refused("clone3", "seccomp", "prctl")));

        outcome.Kind.ShouldBe(StartOutcome.Fatal);
        outcome.Log.ShouldBe([CannotStart + "system calls seccomp and clone3 are refused"]);
    }

    [Fact]
    public void Without_a_thread_it_names_the_limits() => Fails(
        // As a user without privileges: root's threads are not counted.
        "exec setpriv --reuid=postfix --clear-groups prlimit --nproc=1 \"$@\"",
        CannotStart + "cannot create thread (RLIMIT_NPROC, pids.max): Resource temporarily unavailable");

    [Theory]
    [InlineData("--data=2097152")]
    [InlineData("--as=25165824")]
    public void Without_memory_it_names_memory(string limit) =>
        Fails($"exec prlimit {limit} \"$@\"", CannotStart + "too little memory: Cannot allocate memory");

    [Fact]
    public void Eight_megabytes_of_data_are_enough_to_serve()
    {
        StartOutcome outcome = StartOutcome.Of(PublishedBinary.Path, Prepared("exec prlimit --data=8388608 \"$@\""));

        outcome.ExitStatus.ShouldBe(0);
        outcome.Kind.ShouldStartWith(StartOutcome.Serves);
    }

    [Fact]
    public void Without_libssl_it_names_libssl()
    {
        StartOutcome outcome = StartOutcome.Of(PublishedBinary.Path, Prepared($"mount --bind /dev/null {OpenSsl}"));

        outcome.Kind.ShouldBe(StartOutcome.Fatal);
        outcome.Log.ShouldHaveSingleItem().ShouldMatch("^fatal: cannot load OpenSSL: .*libssl.so.3: file too short$");
    }

    [Fact]
    public void Where_the_runtime_hangs_it_is_ended() =>
        Fails("rm $file; mkfifo $file; mount --bind $file /proc/meminfo",
            CannotStart + "the runtime does not reach Main: Alarm clock");

    [Fact]
    public void Standard_descriptors_that_are_closed_are_opened()
    {
        using PreparedBinary binary = PreparedBinary.After("exec 0<&- 1>&- 2>&-");
        using RunningDaemon daemon = new(options: ["-u", "-c"], binary: binary.Path);
        daemon.Ask("request|seed|size|1||").ShouldStartWith("status|0|");

        for (int descriptor = 0; descriptor <= 2; descriptor++)
        {
            File.ResolveLinkTarget($"/proc/{daemon.Master.Process.Id}/fd/{descriptor}", returnFinalTarget: false)!
                .FullName.ShouldBe("/dev/null");
        }
    }

    private static void Serves(string script, string[] log, params string[] mainCf)
    {
        StartOutcome outcome = StartOutcome.Of(PublishedBinary.Path, Prepared(script), mainCf);

        outcome.Kind.ShouldStartWith(StartOutcome.Serves);
        outcome.ExitStatus.ShouldBe(0);
        outcome.Log.ShouldBe(log);
    }

    private static void Fails(string script, string record)
    {
        StartOutcome outcome = StartOutcome.Of(PublishedBinary.Path, Prepared(script));

        outcome.Kind.ShouldBe(StartOutcome.Fatal);
        outcome.Log.ShouldBe([record]);
    }

    private static IEnumerable<(string Call, int Error)> Refused(params IEnumerable<string> calls) =>
        calls.Select(call => (call, OuterFilter.NotPermitted));

    private static string OverDevice(string script) => $"{script}; mount --bind $file /dev/urandom";

    private static string OverDirectory(string script) =>
        $"mount -t tmpfs -o mode=755 none /dev; mknod -m 666 /dev/null c 1 3; {script}";

    /// <summary>Runs a shell script in its own mount namespace, with an empty <c>$file</c>, then the program.</summary>
    private static IReadOnlyList<string> Prepared(string script) =>
    [
        "/usr/bin/unshare", "-m", "/bin/sh", "-ec",
        $"mount -t tmpfs -o mode=755 none /mnt; file=/mnt/file; : > $file; {script}; exec \"$@\"", "sh",
    ];
}
