using System;
using System.IO;
using System.Threading;
using Shouldly;
using TlsMgr.Native.Libc;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests.Faults;

/// <summary>Whatever happens to the PRNG exchange file: serving goes on.</summary>
[Trait("Needs", "root")]
public sealed class ExchangeFileFaultTests
{
    private const string UpdateOften = "tls_random_prng_update_period = 1s";
    private const int ExchangedBytes = 1024;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact]
    public void A_file_that_cannot_be_opened_is_told_once_and_used_when_it_can_be()
    {
        DaemonDirectories directories = FaultRun.MakeDirectories();
        // Inside the jail, where it can be opened at any time.
        string directory = Directory.CreateDirectory(Path.Combine(directories.Queue, "random")).FullName;
        directories.Own(directory);
        string file = MakeForbidden(directory);
        directories.WriteMainCf([.. FaultRun.CacheLines, UpdateOften, $"tls_random_exchange_name = {file}"]);
        using FaultRun run = FaultRun.Start(directories);
        ShouldTell(run, file);

        directories.Own(file);

        run.Daemon.Log.WaitFor("PRNG", PublishedBinary.Patience).ShouldBe([$"PRNG exchange file {file} works again"]);
        new FileInfo(file).Length.ShouldBe(ExchangedBytes);
        run.Serve();
    }

    [Fact]
    public void A_file_outside_the_jail_that_cannot_be_opened_is_told_once_and_used_by_the_next_daemon()
    {
        DaemonDirectories directories = FaultRun.MakeDirectories(UpdateOften);
        string file = MakeForbidden(directories.Data);
        using FaultRun run = FaultRun.Start(directories);
        ShouldTell(run, file);

        directories.Own(file);
        run.Daemon.HangUp().ShouldBe(0);
        run.Daemon.StartAgain();

        run.Serve();
        run.Daemon.Log.TakeTexts().ShouldBeEmpty();
        new FileInfo(file).Length.ShouldBe(ExchangedBytes);
    }

    [Fact]
    public void A_file_that_is_removed_is_made_anew_by_the_next_daemon()
    {
        using FaultRun run = FaultRun.Start(null, UpdateOften);
        run.Serve();
        FakeMaster master = run.Daemon.Master;

        File.Delete(run.Daemon.ExchangeFile);

        run.Daemon.Log.WaitFor("PRNG exchange file was removed -- exiting to reopen", PublishedBinary.Patience);
        master.Process.WaitForExit(PublishedBinary.Patience).ShouldBe(0);
        master.StartAgain();
        run.Serve();
        File.Exists(run.Daemon.ExchangeFile).ShouldBeTrue();
    }

    [Fact]
    public void A_file_that_another_process_locks_is_told_once_and_used_again_when_it_is_free()
    {
        using FaultRun run = FaultRun.Start(null, UpdateOften);
        run.Serve();
        string file = run.Daemon.ExchangeFile;
        int descriptor = FileDescriptor.Open(file, OpenFlags.ReadWrite | OpenFlags.CloseOnExec, 0);
        while (FileLock.TryExclusive(descriptor) < 0)
        {
            Thread.Yield();
        }

        run.Daemon.Log.WaitFor($"cannot lock PRNG exchange file {file}", PublishedBinary.Patience).Count.ShouldBe(1);
        // The fault itself lasts this long; nothing is waited for.
        Thread.Sleep(TimeSpan.FromSeconds(FaultRun.Choose(60, 3)));
        run.Serve();
        run.Daemon.Log.TakeTexts().ShouldBeEmpty();
        FileDescriptor.Close(descriptor);

        run.Daemon.Log.WaitFor($"PRNG exchange file {file} works again", PublishedBinary.Patience);
        run.Serve();
    }

    /// <summary>Makes an exchange file that is root's alone.</summary>
    private static string MakeForbidden(string directory)
    {
        string file = Path.Combine(directory, "prng_exch");
        File.WriteAllText(file, "");
        File.SetUnixFileMode(file, OwnerOnly);
        return file;
    }

    private static void ShouldTell(FaultRun run, string file)
    {
        run.Serve();
        run.Daemon.Log.WaitFor("PRNG", PublishedBinary.Patience).ShouldBe(
            [$"warning: tls_prng_exch_open: cannot open PRNG exchange file {file}: Permission denied"]);
    }
}
