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
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact]
    public void A_file_that_cannot_be_opened_is_told_and_used_when_it_can_be()
    {
        DaemonDirectories directories = FaultRun.MakeDirectories(UpdateOften);
        string file = Path.Combine(directories.Data, "prng_exch");
        File.WriteAllText(file, "");
        File.SetUnixFileMode(file, OwnerOnly);
        using FaultRun run = FaultRun.Start(directories);
        run.Serve();
        run.Daemon.Log.WaitFor($"cannot open PRNG exchange file {file}: Permission denied", PublishedBinary.Patience);
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
        run.StopLoad();
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
        run.StopLoad();
    }
}
