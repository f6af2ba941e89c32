using System;
using System.IO;
using System.Threading;
using Shouldly;
using TlsMgr.Native.Libc;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests.Faults;

/// <summary>Faults of the PRNG exchange file: all requests are served.</summary>
[Trait("Needs", "root")]
public sealed class ExchangeFileFaultTests
{
    private const string UpdateOften = "tls_random_prng_update_period = 1s";
    private const int ExchangedBytes = 1024;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_file_that_cannot_be_opened_is_logged_once_and_used_by_the_next_daemon(bool isInJail)
    {
        DaemonDirectories directories = FaultRun.MakeDirectories();
        string directory = isInJail ? Path.Combine(directories.Queue, "random") : directories.Data;
        directories.Own(Directory.CreateDirectory(directory).FullName);
        string file = CreateUnreadable(directory);
        directories.WriteMainCf([.. FaultRun.CacheLines, UpdateOften, $"tls_random_exchange_name = {file}"]);
        using FaultRun run = FaultRun.Start(directories);
        ShouldWarn(run, file);

        directories.Own(file);
        run.Daemon.HangUp().ShouldBe(0);
        run.Daemon.StartAgain();

        run.Serve();
        run.Daemon.Log.TakeTexts().ShouldBeEmpty();
        new FileInfo(file).Length.ShouldBe(ExchangedBytes);
    }

    [Fact]
    public void A_removed_file_is_created_by_the_next_daemon()
    {
        using FaultRun run = FaultRun.Start(null, UpdateOften);
        run.Serve();
        FakeMaster master = run.Daemon.Master;

        File.Delete(run.Daemon.ExchangeFile);

        run.Daemon.Log.WaitFor("PRNG exchange file was removed -- exiting to reopen", PublishedBinary.Timeout);
        master.Process.WaitForExit(PublishedBinary.Timeout).ShouldBe(0);
        master.StartAgain();
        run.Serve();
        File.Exists(run.Daemon.ExchangeFile).ShouldBeTrue();
    }

    [Fact]
    public void A_file_locked_by_another_process_is_logged_once_and_used_when_it_is_unlocked()
    {
        using FaultRun run = FaultRun.Start(null, UpdateOften);
        run.Serve();
        string file = run.Daemon.ExchangeFile;
        int descriptor = FileDescriptor.Open(file, OpenFlags.ReadWrite | OpenFlags.CloseOnExec, 0);
        while (FileLock.TryExclusive(descriptor) < 0)
        {
            Thread.Yield();
        }

        run.Daemon.Log.WaitFor($"cannot lock PRNG exchange file {file}", PublishedBinary.Timeout).Count.ShouldBe(1);
        // The duration of the fault, not a synchronisation.
        Thread.Sleep(TimeSpan.FromSeconds(FaultRun.Choose(60, 3)));
        run.Serve();
        run.Daemon.Log.TakeTexts().ShouldBeEmpty();
        FileDescriptor.Close(descriptor);

        run.Daemon.Log.WaitFor($"PRNG exchange file {file} works again", PublishedBinary.Timeout);
        run.Serve();
    }

    /// <summary>
    /// Creates an exchange file that only root can open, in a directory in which nothing is removed.
    /// </summary>
    private static string CreateUnreadable(string directory)
    {
        File.SetUnixFileMode(directory, File.GetUnixFileMode(directory) | UnixFileMode.GroupWrite);
        string file = Path.Combine(directory, "prng_exch");
        File.WriteAllText(file, "");
        File.SetUnixFileMode(file, OwnerOnly);
        return file;
    }

    private static void ShouldWarn(FaultRun run, string file)
    {
        run.Serve();
        run.Daemon.Log.WaitFor("PRNG", PublishedBinary.Timeout).ShouldBe(
            [$"warning: tls_prng_exch_open: cannot open PRNG exchange file {file}: Permission denied"]);
    }
}
