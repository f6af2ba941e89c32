using System;
using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Native.Libc;
using Xunit;

namespace TlsMgr.Tests.Random;

public sealed class ExchangeFileTests : IDisposable
{
    private const int OwnerOnly = 0x180; // 0600

    private readonly RandomRig _rig = new() { KernelWorks = true };
    private readonly string _path;

    public ExchangeFileTests() => _path = _rig.PathOf("prng_exch");

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void A_new_file_has_1024_random_bytes_for_its_owner_alone()
    {
        Start();

        _rig.NewLines.ShouldBeEmpty();
        Content().Length.ShouldBe(1024);
        Content().Distinct().Count().ShouldBeGreaterThan(100);
        Permissions().ShouldBe(OwnerOnly);
    }

    [Fact]
    public void Every_update_writes_different_bytes()
    {
        Start();
        byte[] first = Content();
        _rig.PassPeriod();
        byte[] second = Content();
        _rig.Maintenance.Save();
        byte[] third = Content();

        second.ShouldNotBe(first);
        third.ShouldNotBe(second);
        third.Length.ShouldBe(1024);
    }

    [Fact]
    public void With_verbosity_every_action_is_logged()
    {
        _rig.Configure("dev:/dev/urandom", _path, verbose: true);
        _rig.OpenAndStart();

        _rig.NewLines.ShouldBe([
            "tls_prng_dev_open: opened entropy device /dev/urandom",
            $"tls_prng_exch_open: opened PRNG exchange file {_path}",
            "tls_prng_dev_read: read 32 bytes from entropy device /dev/urandom",
            "tlsmgr_prng_exch_event: update PRNG exchange file",
        ]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(1023)]
    [InlineData(1024)]
    public void A_short_file_grows_to_1024_bytes(int lengthBytes)
    {
        byte[] old = [.. Enumerable.Repeat((byte)'x', lengthBytes)];
        Write(old);
        Start();

        Content().Length.ShouldBe(1024);
        Content()[..lengthBytes].Count(value => value == 'x').ShouldBeLessThan(100);
    }

    [Fact]
    public void A_longer_file_keeps_its_length_its_rest_and_its_mode()
    {
        const int OwnerExecutable = 0x1C0; // 0700: bits that no usual umask clears
        FileDescriptor.Close(FileDescriptor.Open(_path, OpenFlags.ReadWrite | OpenFlags.Create, OwnerExecutable));
        File.WriteAllBytes(_path, [.. Enumerable.Repeat((byte)'x', 5000)]);
        Start();

        Content().Length.ShouldBe(5000);
        Content()[..1024].Count(value => value == 'x').ShouldBeLessThan(100);
        Content()[1024..].ShouldAllBe(value => value == 'x');
        Permissions().ShouldBe(OwnerExecutable);
    }

    [Fact]
    public void The_content_is_stirred_in_and_nothing_is_written_when_the_pool_fails()
    {
        byte[] old = [.. Enumerable.Range(0, 1024).Select(value => (byte)(value * 7 / 3))];
        Write(old);
        _rig.KernelWorks = false;
        _rig.Configure(source: "", _path);
        _rig.OpenAndStart();

        _rig.HasStirred(old).ShouldBeTrue();
        Content().ShouldBe(old);
        _rig.NewLines[2..].ShouldBe([$"warning: cannot update PRNG exchange file {_path}: no random bytes"]);

        _rig.PassPeriod();
        _rig.NewLines.ShouldBeEmpty();
        _rig.KernelWorks = true;
        _rig.PassPeriod();
        _rig.NewLines.ShouldBe([$"PRNG exchange file {_path} works again"]);
        Content().ShouldNotBe(old);
    }

    [Fact]
    public void A_lock_that_is_released_soon_is_waited_for()
    {
        int other = LockByAnother();
        _rig.OnWait = () =>
        {
            if (_rig.Waits.Count == 3)
            {
                FileDescriptor.Close(other);
            }
        };
        Start();

        _rig.Waits.Count.ShouldBe(3);
        Content().Length.ShouldBe(1024);
        _rig.NewLines.ShouldBeEmpty();
    }

    [Fact]
    public void A_lock_that_stays_taken_causes_one_warning_and_is_retried_every_second()
    {
        int other = LockByAnother();
        Start();

        _rig.Waits.Sum(time => time.TotalSeconds).ShouldBeInRange(0.01, 0.2);
        Content().ShouldBeEmpty();
        _rig.NewLines.ShouldBe([$"warning: cannot lock PRNG exchange file {_path}: Resource temporarily unavailable"]);

        int waits = _rig.Waits.Count;
        _rig.Pass(3);
        _rig.Maintenance.Save();
        _rig.NewLines.ShouldBeEmpty();
        _rig.Waits.Count.ShouldBe(waits);

        FileDescriptor.Close(other);
        _rig.Pass(1.1);
        _rig.NewLines.ShouldBe([$"PRNG exchange file {_path} works again"]);
        Content().Length.ShouldBe(1024);
    }

    [Fact]
    public void The_lock_is_released()
    {
        Start();
        FileDescriptor.Close(LockByAnother());
    }

    [Fact]
    public void A_removed_file_is_logged_once_and_not_written_again()
    {
        Start();
        File.Delete(_path);
        _rig.PassPeriod();
        _rig.PassPeriod();
        _rig.Maintenance.Save();

        _rig.Removals.ShouldBe(1);
        _rig.NewLines.ShouldBe(["warning: PRNG exchange file was removed -- exiting to reopen"]);
        File.Exists(_path).ShouldBeFalse();
    }

    [Fact]
    public void A_directory_at_its_path_causes_one_warning()
    {
        Directory.CreateDirectory(_path);
        Start();
        _rig.PassPeriod();

        _rig.NewLines.ShouldBe(
            [$"warning: tls_prng_exch_open: cannot open PRNG exchange file {_path}: Is a directory"]);
        _rig.Removals.ShouldBe(0);
    }

    [Fact]
    public void A_pipe_at_its_path_causes_one_warning_and_does_not_block()
    {
        _rig.MakeFifo("prng_exch");
        Start();
        _rig.NewLines.ShouldBe(
            [$"warning: tls_prng_exch_open: cannot open PRNG exchange file {_path}: not a regular file"]);
    }

    [Theory]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void A_file_that_others_may_write_is_made_anew_in_a_directory_that_is_ours_alone(UnixFileMode more)
    {
        File.WriteAllText(_path, "theirs");
        File.SetUnixFileMode(_path, UnixFileMode.UserRead | UnixFileMode.UserWrite | more);
        Start();

        _rig.NewLines.ShouldBe([
            $"warning: tls_prng_exch_open: PRNG exchange file {_path}: it is writable by other users"
                + " -- removed and made anew",
        ]);
        Permissions().ShouldBe(OwnerOnly);
        Content().Length.ShouldBe(1024);
    }

    [Fact]
    public void A_file_that_others_may_write_is_refused_where_they_may_write_to_the_directory_too()
    {
        File.WriteAllText(_path, "precious");
        File.SetUnixFileMode(_path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupWrite);
        string directory = Path.GetDirectoryName(_path)!;
        File.SetUnixFileMode(directory, File.GetUnixFileMode(directory) | UnixFileMode.GroupWrite);
        Start();

        _rig.NewLines.ShouldBe([
            $"warning: tls_prng_exch_open: cannot open PRNG exchange file {_path}: it is writable by other users",
        ]);
        File.ReadAllText(_path).ShouldBe("precious");
    }

    [Fact]
    public void The_mode_of_a_file_that_others_may_read_is_restricted()
    {
        File.WriteAllText(_path, "known");
        File.SetUnixFileMode(_path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        Start();

        _rig.NewLines.ShouldBe([
            $"warning: tls_prng_exch_open: PRNG exchange file {_path} was readable by other users"
                + " -- changed its mode to 0600",
        ]);
        Permissions().ShouldBe(OwnerOnly);
        Content().Length.ShouldBe(1024);
    }

    [Fact]
    public void A_symbolic_link_is_not_followed()
    {
        string target = _rig.PathOf("target");
        File.WriteAllText(target, "precious");
        File.CreateSymbolicLink(_path, target);
        Start();

        _rig.NewLines.ShouldBe([
            $"warning: tls_prng_exch_open: cannot open PRNG exchange file {_path}: it is a symbolic link, which is not followed",
        ]);
        File.ReadAllText(target).ShouldBe("precious");
    }

    [Fact]
    public void A_file_that_cannot_be_opened_at_the_start_is_not_opened_later()
    {
        string path = _rig.PathOf("later/prng_exch");
        _rig.Configure("dev:/dev/urandom", path);
        _rig.OpenAndStart();
        Directory.CreateDirectory(_rig.PathOf("later"));
        File.WriteAllText(path, "");
        _rig.PassPeriod();
        _rig.Maintenance.Save();

        _rig.NewLines.ShouldBe(
            [$"warning: tls_prng_exch_open: cannot open PRNG exchange file {path}: No such file or directory"]);
        new FileInfo(path).Length.ShouldBe(0);
        _rig.Removals.ShouldBe(0);
    }

    [Fact]
    public void No_name_means_no_file_and_no_timer_for_it()
    {
        _rig.KernelWorks = false;
        _rig.Configure("dev:/dev/urandom", "");
        _rig.OpenAndStart();
        _rig.Maintenance.Save();

        _rig.NewLines.ShouldBeEmpty();
        Directory.EnumerateFileSystemEntries(_rig.Directory).ShouldBeEmpty();
    }

    private void Start()
    {
        _rig.Configure("dev:/dev/urandom", _path);
        _rig.OpenAndStart();
    }

    private void Write(byte[] content)
    {
        File.WriteAllBytes(_path, content);
        File.SetUnixFileMode(_path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private byte[] Content() => File.ReadAllBytes(_path);

    private int Permissions()
    {
        FileStatus.OfPath(_path, out FileStatus status).ShouldBe(0);
        return status.Permissions;
    }

    private int LockByAnother()
    {
        int other = FileDescriptor.Open(_path, OpenFlags.ReadWrite | OpenFlags.Create, OwnerOnly);
        FileLock.TryExclusive(other).ShouldBe(0);
        return other;
    }
}
