using System;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text;
using Shouldly;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Events;
using TlsMgr.Random;
using TlsMgr.Testing;
using TlsMgr.Tickets;
using Xunit;

namespace TlsMgr.Tests.Tickets;

/// <summary>Ticket keys that the next process has, by the real key service of the kernel.</summary>
public sealed partial class KeptTicketKeyTests : IDisposable
{
    private const int TimeoutSeconds = 3600;

    private static readonly byte[] Context = "the same configuration"u8.ToArray();

    private readonly string _directory = Directory.CreateTempSubdirectory("tlsmgr-kept-").FullName;
    private readonly ManualClock _clock = new();

    private string SealFile => Path.Combine(_directory, "ticket_key_seal");

    public void Dispose()
    {
        KernelKeyring.Remove(Description(_directory));
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void The_next_process_has_both_keys_with_their_times()
    {
        string[] before = Run(ring =>
        {
            ring.Rotate();
            _clock.Advance(TimeSpan.FromSeconds(1000));
            ring.Rotate();
        });
        _clock.Advance(TimeSpan.FromSeconds(300));

        string[] after = Run(ring => ring.GetCurrent().ShouldNotBeNull());

        before.Length.ShouldBe(2);
        after.ShouldBe(before);
    }

    [Fact]
    public void A_key_whose_time_is_over_is_not_one_of_the_next_process()
    {
        Run(ring => ring.Rotate());
        _clock.Advance(TimeSpan.FromSeconds(TimeoutSeconds));

        Run(static _ => { }).ShouldBeEmpty();
    }

    [Fact]
    public void A_clock_that_went_back_meanwhile_makes_no_key_live_longer()
    {
        Run(ring => ring.Rotate());
        _clock.SetTimeOfDay(_clock.GetUtcNow().AddHours(-5));

        using Process process = new(this, Context);
        process.Ring.GetCurrent()!.EncryptUntil.ShouldBeLessThan(
            _clock.GetUtcNow().ToUnixTimeSeconds() + (TimeoutSeconds / 2));
    }

    [Fact]
    public void A_key_whose_time_is_over_is_kept_no_longer_than_in_the_process()
    {
        using Process process = new(this, Context);
        process.Ring.Rotate();
        Pass(process, 1000);
        TicketKey current = process.Ring.Rotate().ShouldNotBeNull();

        Pass(process, TimeoutSeconds - 1000);
        using (KeptTicketKeys kept = KeptTicketKeys.Open(_directory, Context, ""))
        {
            kept.TryLoad(out TicketKey? keptCurrent, out TicketKey? keptPrevious).ShouldBeTrue();
            keptCurrent!.Name.SequenceEqual(current.Name).ShouldBeTrue();
            keptPrevious.ShouldBeNull();
            keptCurrent.Dispose();
        }

        Pass(process, 1001);
        KernelKeyring.Load(Description(_directory), new byte[1000]).ShouldBeOneOf(-Errno.NoKey, -Errno.RevokedKey);
        process.Ring.KeepingFault.ShouldBe("");
    }

    [Fact]
    public void Keys_that_can_only_be_superseded_are_gone_after_a_theft()
    {
        Run(ring => ring.Rotate());
        using (Process process = new(this, Context))
        {
            int key = Control(Search, KernelKeyring.UserKeyring, "user", Description(_directory));
            Control(SetPermissions, key, permissions: 0).ShouldBe(0);
            KernelKeyring.Remove(Description(_directory)).ShouldBe(-Errno.AccessDenied);

            process.Ring.Replace().ShouldBeTrue();
        }

        Run(static _ => { }).ShouldHaveSingleItem();
    }

    [Fact]
    public void Keys_of_another_configuration_are_erased_and_do_not_come_back()
    {
        Run(ring => ring.Rotate());
        Run(static _ => { }, context: "another"u8.ToArray()).ShouldBeEmpty();

        Run(static _ => { }).ShouldBeEmpty();
    }

    [Fact]
    public void Without_the_seal_of_data_directory_nothing_can_be_opened()
    {
        Run(ring => ring.Rotate());
        File.WriteAllBytes(SealFile, [.. File.ReadAllBytes(SealFile).Select(static value => (byte)(value ^ 1))]);

        Run(static _ => { }).ShouldBeEmpty();
    }

    [Fact]
    public void What_the_kernel_keeps_and_what_the_disk_holds_contain_no_key()
    {
        byte[] key = [];
        Run(ring => key = ring.Rotate()!.Bytes.ToArray());
        byte[] payload = new byte[1000];
        int length = KernelKeyring.Load(Description(_directory), payload);

        length.ShouldBeInRange(200, 300);
        for (int i = 0; i + 8 <= key.Length; i++)
        {
            payload.AsSpan(0, length).IndexOf(key.AsSpan(i, 8)).ShouldBe(-1);
            File.ReadAllBytes(SealFile).AsSpan().IndexOf(key.AsSpan(i, 8)).ShouldBe(-1);
        }
    }

    [Fact]
    public void Replacing_the_keys_erases_what_is_kept_and_every_key_but_the_new_one()
    {
        string[] before = Run(ring => ring.Rotate());
        using (Process process = new(this, Context))
        {
            TicketKey old = process.Ring.GetCurrent()!;
            process.Ring.Replace().ShouldBeTrue();
            old.Bytes.IsEmpty.ShouldBeTrue();
        }

        Run(static _ => { }).ShouldHaveSingleItem().ShouldNotBe(before[0]);
    }

    [Fact]
    public void With_an_objection_the_kept_keys_are_erased()
    {
        Run(ring => ring.Rotate());
        using (Process process = new(this, Context, "tlsmgr_ticket_keys_persist is no"))
        {
            process.Ring.KeepingFault.ShouldBe("tlsmgr_ticket_keys_persist is no");
            process.Ring.Rotate();
        }

        Run(static _ => { }).ShouldBeEmpty();
    }

    [Fact]
    public void Two_instances_do_not_have_the_keys_of_each_other()
    {
        Run(ring => ring.Rotate());
        using KeptTicketKeyTests other = new();

        other.Run(static _ => { }).ShouldBeEmpty();
        Run(static _ => { }).ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("readable by others")]
    [InlineData("empty")]
    [InlineData("a link")]
    [InlineData("zeros")]
    public void A_seal_that_is_not_ours_alone_is_made_anew(string fault)
    {
        Run(ring => ring.Rotate());
        byte[] old = File.ReadAllBytes(SealFile);
        switch (fault)
        {
            case "readable by others":
                File.SetUnixFileMode(SealFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
                break;
            case "empty":
                File.WriteAllBytes(SealFile, []);
                break;
            case "zeros":
                File.WriteAllBytes(SealFile, new byte[old.Length]);
                break;
            default:
                File.Move(SealFile, SealFile + ".old");
                File.CreateSymbolicLink(SealFile, SealFile + ".old");
                break;
        }

        Run(ring => ring.Rotate()).ShouldHaveSingleItem();

        byte[] made = File.ReadAllBytes(SealFile);
        made.Length.ShouldBe(32);
        made.ShouldNotBe(old);
        File.ResolveLinkTarget(SealFile, returnFinalTarget: false).ShouldBeNull();
        File.GetUnixFileMode(SealFile).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Run(static _ => { }).ShouldHaveSingleItem("kept under the new seal");
    }

    [Fact]
    public void A_seal_that_cannot_be_made_is_a_reason_and_no_fault()
    {
        Directory.CreateDirectory(SealFile);

        using Process process = new(this, Context);

        process.Ring.KeepingFault.ShouldBe($"open {SealFile}: Is a directory");
        process.Ring.GetCurrent().ShouldNotBeNull();
    }

    private string[] Run(Action<TicketKeyRing> use, byte[]? context = null)
    {
        using Process process = new(this, context ?? Context);
        process.Ring.KeepingFault.ShouldBe("");
        use(process.Ring);
        return [.. process.Ring.Describe().Select(static key => key.Name)];
    }

    private void Pass(Process process, int seconds)
    {
        _clock.Advance(TimeSpan.FromSeconds(seconds));
        process.Timers.RunDue();
    }

    private static byte[] Description(string directory)
    {
        FileStatus.OfPath(directory, out FileStatus status);
        return Encoding.ASCII.GetBytes($"tlsmgr:ticket_keys:{status.Identity.Device:x}:{status.Identity.Inode:x}\0");
    }

    private const nint KeyControl = 250;
    private const nint SetPermissions = (nint)KernelKeyring.Operation.SetPermissions;
    private const nint Search = (nint)KernelKeyring.Operation.Search;

    private static int Control(nint operation, nint key, nint permissions) =>
        (int)SystemCall(KeyControl, operation, key, permissions, 0, 0);

    private static unsafe int Control(nint operation, nint keyring, string type, byte[] description)
    {
        fixed (byte* typeBytes = Encoding.ASCII.GetBytes(type + "\0"), descriptionBytes = description)
        {
            return (int)SystemCall(KeyControl, operation, keyring, (nint)typeBytes, (nint)descriptionBytes, 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint SystemCall(
        nint number, nint first, nint second, nint third, nint fourth, nint fifth);

    /// <summary>The keys of one process.</summary>
    private sealed class Process : IDisposable
    {
        private readonly RandomPool _pool;
        private readonly KeptTicketKeys _kept;

        internal Process(KeptTicketKeyTests test, byte[] context, string objection = "")
        {
            _pool = new RandomPool(test._clock);
            _kept = KeptTicketKeys.Open(test._directory, context, objection);
            Timers = new TimerQueue(test._clock);
            Ring = new TicketKeyRing(_pool, Timers, TimeoutSeconds);
            Ring.KeepIn(_kept);
        }

        internal TimerQueue Timers { get; }

        internal TicketKeyRing Ring { get; }

        public void Dispose()
        {
            Ring.Dispose();
            _kept.Dispose();
            _pool.Dispose();
        }
    }
}
