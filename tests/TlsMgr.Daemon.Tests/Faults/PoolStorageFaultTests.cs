using System;
using System.Collections.Generic;
using System.IO;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests.Faults;

/// <summary>
/// Disks that are full, and parameters of a pool that are none: one line says so, and requests are served.
/// </summary>
[Trait("Needs", "root")]
public sealed class PoolStorageFaultTests : IDisposable
{
    private const string CurrentKey = "request|tktkey|keyname|||";
    private const string Random = " -- ticket keys are random for now";
    private const string Pool = "tlsmgr_pool_name = example";

    private readonly List<IDisposable> _used = [];

    public void Dispose()
    {
        _used.Reverse();
        _used.ForEach(static used => used.Dispose());
    }

    [Fact]
    public void A_full_disk_has_place_for_every_later_state()
    {
        SmallDisk disk = Use(new SmallDisk("64k"));
        string path = Path.Combine(disk.Path, "pool_state");
        DaemonDirectories directories = MakePool($"tlsmgr_pool_state_file = {path}");
        FaultShim clock = Use(new FaultShim("clock"));
        RunningDaemon daemon = Start(directories, clock.Runner);
        string key = daemon.Ask(CurrentKey);
        Fill(disk);
        byte[] before = File.ReadAllBytes(path);

        (clock.TimeOfDayShift, clock.MonotonicShift) = (TimeSpan.FromHours(1), TimeSpan.FromHours(1));
        daemon.Ask(CurrentKey).ShouldNotBe(key);

        File.ReadAllBytes(path).ShouldNotBe(before);
        Control(directories, "rotate", "--now").Status.ShouldBe(0);
        daemon.Log.TakeTexts().ShouldBeEmpty();
    }

    [Fact]
    public void A_pool_that_finds_no_place_is_not_begun_and_nothing_is_left_of_it()
    {
        SmallDisk disk = Use(new SmallDisk("64k"));
        Fill(disk);
        string path = Path.Combine(disk.Path, "pool_state");
        DaemonDirectories directories = new(Pool, $"tlsmgr_pool_state_file = {path}");

        Control(directories, "init").ShouldBe(new CommandOutput(
            2, "",
            $"tlsmgrctl: fatal: the state of pool example cannot be written: {path}.new: No space left on device\n"));

        Directory.GetFiles(disk.Path).ShouldBe([Path.Combine(disk.Path, "filler")]);
        Start(directories).Ask(CurrentKey).ShouldStartWith("status|0|keybuf|");
    }

    [Fact]
    public void A_state_of_which_one_slot_cannot_be_written_is_said_once_and_changed_as_soon_as_it_can()
    {
        FaultShim shim = Use(new FaultShim("slot-write"));
        DaemonDirectories directories = MakePool();
        RunningDaemon daemon = Start(directories, shim.Runner);
        string key = daemon.Ask(CurrentKey);

        shim.IsOn = true;
        Control(directories, "rotate", "--now").Status.ShouldNotBe(0);
        daemon.Ask(CurrentKey).ShouldBe(key);
        shim.IsOn = false;
        Control(directories, "rotate", "--now").Status.ShouldBe(0);

        shim.FailedCalls.ShouldBeGreaterThan(0);
        daemon.Ask(CurrentKey).ShouldNotBe(key);
        string path = Path.Combine(directories.Data, "pool_state");
        daemon.Log.TakeTexts().ShouldBe(
        [
            $"warning: pool example: {path}: No space left on device -- the stored state grows old",
            "writing the state of pool example works again",
        ]);
    }

    [Theory]
    [InlineData("tlsmgr_pool_clock_skew = 0")]
    [InlineData("tlsmgr_pool_clock_skew = 30d")]
    public void Any_difference_of_clocks_is_accepted(string line)
    {
        DaemonDirectories directories = MakePool();
        RunningDaemon daemon = Start(directories);
        string key = daemon.Ask(CurrentKey);
        SetLine(directories, line);

        daemon.StartAgain();

        daemon.Ask(CurrentKey).ShouldBe(key);
        daemon.Log.TakeTexts().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("tlsmgr_pool_name = no name!", "pool no name!: STATE: it is the state of pool example")]
    [InlineData("tlsmgr_pool_name = ../example", "pool ../example: STATE: it is the state of pool example")]
    [InlineData("tlsmgr_pool_state_file = /nonexistent/state", "pool example: /nonexistent/state: No such file or directory")]
    [InlineData("tlsmgr_pool_state_file = state", "pool example: state: No such file or directory")]
    [InlineData("tlsmgr_pool_state_file =", "pool example: : No such file or directory")]
    [InlineData("tlsmgr_pool_state_file = /dev/null", "pool example: /dev/null: it is not a regular file")]
    [InlineData("tlsmgr_pool_state_file = /etc/passwd", "pool example: /etc/passwd: Permission denied")]
    public void A_parameter_that_is_none_costs_one_line(string line, string fault)
    {
        DaemonDirectories directories = MakePool();
        SetLine(directories, line);

        RunningDaemon daemon = Start(directories);

        daemon.Ask(CurrentKey).ShouldStartWith("status|0|keybuf|");
        daemon.Log.TakeTexts().ShouldBe(
            [$"warning: {fault.Replace("STATE", Path.Combine(directories.Data, "pool_state"))}{Random}"]);
    }

    [Theory]
    [InlineData("never")]
    [InlineData("-1")]
    [InlineData("99999999999")]
    public void A_time_that_is_none_is_fatal_as_in_all_of_Postfix(string time)
    {
        using DaemonDirectories directories = MakePool();
        SetLine(directories, $"tlsmgr_pool_clock_skew = {time}");
        using PostlogSocket log = new(directories.PostlogSocket);
        using FakeMaster master = FakeMaster.Start(PublishedBinary.Path, directories, ["-u", "-c"]);

        master.Process.WaitForExit(PublishedBinary.Timeout).ShouldBe(1);
        log.TakeTexts().ShouldBe([$"fatal: parameter tlsmgr_pool_clock_skew: bad time value or unit: {time}"]);
    }

    private static DaemonDirectories MakePool(params string[] lines)
    {
        DaemonDirectories directories = new([.. lines, Pool]);
        Control(directories, "init").Status.ShouldBe(0);
        return directories;
    }

    private RunningDaemon Start(DaemonDirectories directories, IReadOnlyList<string>? runner = null) =>
        Use(new RunningDaemon(directories, ["-u", "-c"], runner: runner));

    private static CommandOutput Control(DaemonDirectories directories, params string[] arguments) =>
        CommandOutput.Of(PublishedBinary.Control, ["pool", .. arguments, "-c", directories.Config]);

    private static void SetLine(DaemonDirectories directories, string line) =>
        directories.WriteMainCf(line.StartsWith("tlsmgr_pool_name", StringComparison.Ordinal) ? [line] : [Pool, line]);

    private static void Fill(SmallDisk disk) => CommandOutput.Of(
        "/usr/bin/dd", "if=/dev/zero", $"of={Path.Combine(disk.Path, "filler")}", "bs=4096").Status.ShouldNotBe(0);

    private T Use<T>(T used)
        where T : IDisposable
    {
        _used.Add(used);
        return used;
    }
}
