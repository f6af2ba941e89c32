using System;
using System.Collections.Generic;
using System.IO;
using System.Security.Cryptography;
using System.Text;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests.Faults;

/// <summary>
/// States of a pool that cannot be used, and clocks that are wrong: ticket keys are random, one line says why, and no
/// request fails.
/// </summary>
[Trait("Needs", "root")]
public sealed class PoolStateFaultTests : IDisposable
{
    private const string CurrentKey = "request|tktkey|keyname|||";
    private const string Random = " -- ticket keys are random for now";
    private const int SlotBytes = 512;
    private const int SecondSlot = 4096;

    private static readonly Dictionary<string, Action<string>> Spoilers = new()
    {
        ["No such file or directory"] = File.Delete,
        ["it is empty"] = path => File.WriteAllBytes(path, []),
        ["it is a symbolic link, which is not followed"] = path =>
        {
            File.Move(path, $"{path}.moved");
            File.CreateSymbolicLink(path, $"{path}.moved");
        },
        ["Is a directory"] = path =>
        {
            File.Delete(path);
            Directory.CreateDirectory(path);
        },
        ["it is not a regular file"] = path =>
        {
            File.Delete(path);
            Run("/usr/bin/mkfifo", "--mode=666", path);
        },
        ["Permission denied"] = path => Run("/usr/bin/chown", "root", path),
        ["it belongs to another user"] = path =>
        {
            Run("/usr/bin/chown", "root", path);
            Run("/usr/bin/chmod", "666", path);
        },
        ["other users may read or write it"] = path => Run("/usr/bin/chmod", "640", path),
        ["it has more than one name"] = path => Run("/usr/bin/ln", path, $"{path}.second"),
        ["it is the state of pool another"] = path => Change(path, slot => Encoding.ASCII.GetBytes("another\0", slot[24..])),
        ["it is of another version of TlsMgr"] = path => Change(path, slot => slot[7] = (byte)'2'),
        ["it is damaged, or no state of a pool"] = path =>
        {
            byte[] bytes = File.ReadAllBytes(path);
            bytes[100] ^= 1;
            bytes[SecondSlot + 479] ^= 1;
            File.WriteAllBytes(path, bytes);
        },
        ["periods of 1 s are not between 600 and 4320000"] = path => Change(path, slot =>
        {
            slot[16..20].Clear();
            slot[16] = 1;
        }),
        ["a secret is not valid"] = path => Change(path, slot => slot.Slice(88 + 32, 32).Clear()),
    };

    private readonly List<IDisposable> _used = [];

    public static TheoryData<string> Faults => [.. Spoilers.Keys];

    public void Dispose()
    {
        _used.Reverse();
        _used.ForEach(static used => used.Dispose());
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_state_that_cannot_be_used_costs_one_line(string fault)
    {
        DaemonDirectories directories = MakePool();
        string path = Path.Combine(directories.Data, "pool_state");
        Spoilers[fault](path);

        RunningDaemon daemon = Start(directories);

        daemon.Ask(CurrentKey).ShouldStartWith("status|0|keybuf|");
        daemon.Log.TakeTexts().ShouldBe([$"warning: pool example: {path}: {fault}{Random}"]);
    }

    [Fact]
    public void One_damaged_slot_costs_nothing_and_is_written_anew()
    {
        DaemonDirectories directories = MakePool();
        string path = Path.Combine(directories.Data, "pool_state");
        RunningDaemon daemon = Start(directories);
        string key = daemon.Ask(CurrentKey);
        daemon.HangUp().ShouldBe(0);
        byte[] bytes = File.ReadAllBytes(path);
        bytes[300] ^= 0x10;
        File.WriteAllBytes(path, bytes);

        daemon.StartAgain();

        daemon.Ask(CurrentKey).ShouldBe(key);
        byte[] mended = File.ReadAllBytes(path);
        mended[..SlotBytes].ShouldBe(mended[SecondSlot..(SecondSlot + SlotBytes)]);
        daemon.Log.TakeTexts().ShouldBeEmpty();
    }

    [Fact]
    public void Keys_are_equal_after_a_reload_a_crash_and_a_stop()
    {
        RunningDaemon daemon = Start(MakePool("tlsmgr_ticket_keys_persist = no"));
        string key = daemon.Ask(CurrentKey);

        daemon.StartAgain();
        daemon.Ask(CurrentKey).ShouldBe(key);
        daemon.Kill();
        daemon.StartAgain();
        daemon.Ask(CurrentKey).ShouldBe(key);
        daemon.HangUp().ShouldBe(0);
        daemon.StartAgain();
        daemon.Ask(CurrentKey).ShouldBe(key);
        daemon.Log.TakeTexts().ShouldBeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_state_that_is_removed_or_replaced_while_it_is_used_serves_on(bool isReplaced)
    {
        DaemonDirectories directories = MakePool();
        string path = Path.Combine(directories.Data, "pool_state");
        FaultShim clock = Use(new FaultShim("clock"));
        RunningDaemon daemon = Start(directories, clock.Runner);
        string key = daemon.Ask(CurrentKey);
        byte[] content = File.ReadAllBytes(path);
        File.Delete(path);
        if (isReplaced)
        {
            File.WriteAllBytes(path, content);
        }

        clock.TimeOfDayShift = TimeSpan.FromSeconds(3600);
        string next = daemon.Ask(CurrentKey);
        next.ShouldStartWith("status|0|keybuf|");
        next.ShouldNotBe(key);

        daemon.Log.TakeTexts().ShouldBe(
        [
            $"warning: pool example: {path}: the state file was removed or replaced: postfix reload"
                + " -- the stored state grows old",
        ]);
    }

    [Fact]
    public void A_clock_that_is_years_off_is_forgiven_when_it_is_set_right()
    {
        FaultShim clock = Use(new FaultShim("clock"));
        RunningDaemon daemon = Start(MakePool(), clock.Runner);
        string key = daemon.Ask(CurrentKey);

        clock.TimeOfDayShift = TimeSpan.FromDays(20 * 365);
        daemon.Ask(CurrentKey).ShouldStartWith("status|0|keybuf|");
        clock.TimeOfDayShift = TimeSpan.FromDays(-3);
        daemon.Ask(CurrentKey).ShouldStartWith("status|0|keybuf|");
        clock.TimeOfDayShift = TimeSpan.Zero;

        daemon.Ask(CurrentKey).ShouldBe(key);
        IReadOnlyList<string> log = daemon.Log.TakeTexts();
        log.Count.ShouldBe(2);
        log[0].ShouldStartWith("warning: pool example: the clock (20");
        log[0].ShouldEndWith(Random);
        log[1].ShouldBe("pool example works again");
    }

    [Fact]
    public void A_state_that_is_emptied_while_it_is_used_serves_on_and_cannot_be_rotated()
    {
        DaemonDirectories directories = MakePool();
        FaultShim clock = Use(new FaultShim("clock"));
        string path = Path.Combine(directories.Data, "pool_state");
        RunningDaemon daemon = Start(directories, clock.Runner);
        daemon.Ask(CurrentKey).ShouldStartWith("status|0|keybuf|");
        Run("/usr/bin/truncate", "--size=0", path);

        clock.TimeOfDayShift = TimeSpan.FromSeconds(3600);
        daemon.Ask(CurrentKey).ShouldStartWith("status|0|keybuf|");

        CommandOutput.Of(PublishedBinary.Control, "pool", "rotate", "--in", "1h", "-c", directories.Config)
            .Status.ShouldNotBe(0);
        daemon.Ask(CurrentKey).ShouldStartWith("status|0|keybuf|");
    }

    private static DaemonDirectories MakePool(params string[] lines)
    {
        DaemonDirectories directories = new([.. lines, "tlsmgr_pool_name = example"]);
        Run(PublishedBinary.Control, "pool", "init", "example", "-c", directories.Config);
        return directories;
    }

    private RunningDaemon Start(DaemonDirectories directories, IReadOnlyList<string>? runner = null) =>
        Use(new RunningDaemon(directories, ["-u", "-c"], runner: runner));

    private T Use<T>(T used)
        where T : IDisposable
    {
        _used.Add(used);
        return used;
    }

    private delegate void SlotChange(Span<byte> slot);

    /// <summary>Changes both slots and their checksums.</summary>
    private static void Change(string path, SlotChange change)
    {
        byte[] bytes = File.ReadAllBytes(path);
        foreach (int start in new[] { 0, SecondSlot })
        {
            Span<byte> slot = bytes.AsSpan(start, SlotBytes);
            change(slot);
            SHA256.HashData(slot[..480], slot[480..]);
        }

        File.WriteAllBytes(path, bytes);
    }

    private static void Run(string program, params string[] arguments)
    {
        CommandOutput output = CommandOutput.Of(program, arguments);
        output.Status.ShouldBe(0, output.Errors + output.Output);
    }
}
