using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Pool.Servers;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Pool.Tests.Running;

/// <summary>The process under master(8).</summary>
public sealed class ProcessTests
{
    /// <summary>The event loop, the watchdog, the sandbox; of .NET the finalizer, the timer, the pool's gate.</summary>
    private const int OtherThreads = 6;
    private const int MostThreads = OtherThreads + StoreLimits.SocketThreads + StoreLimits.PoolThreads;

    [Fact]
    public void A_bad_value_is_one_warning_and_requests_fail_at_once()
    {
        using RunningPool pool = new("tlspool_server = inet:nowhere");
        using PoolConnection connection = pool.Connect();
        const string Fault =
            "parameter tlspool_server: bad value: inet:nowhere: no port from 1 to 65535 after the last colon";

        connection.AwaitReachable(false).ShouldBe(Fault);

        connection.Put(PoolConnection.Key(1), "session").ShouldBe(-2);
        connection.State()["fault"].ShouldBe(Fault);
        pool.Log.TakeTexts().ShouldBe([$"warning: {Fault} -- no session is shared"]);
        pool.Master.HangUp();
        pool.Master.Process.WaitForExit(RunningPool.Timeout).ShouldBe(0);
    }

    [Fact]
    public void It_ends_with_status_0_when_master_hangs_up_and_by_the_signal_that_it_gets()
    {
        using RedisServer server = new();
        using RunningPool pool = new($"tlspool_server = {server.Address}");
        using (PoolConnection connection = pool.ConnectWhenReachable())
        {
            pool.Master.HangUp();
            pool.Master.Process.WaitForExit(RunningPool.Timeout).ShouldBe(0);
            Should.Throw<EndOfStreamException>(() => connection.Read());
        }

        pool.Master.StartAgain();
        using (PoolConnection connection = pool.ConnectWhenReachable())
        {
            pool.Master.Process.Signal(15);
            pool.Master.Process.WaitForExit(RunningPool.Timeout).ShouldBe(-15);
        }
    }

    /// <summary>By itself, .NET starts threads for each processor: this machine says that it has 48.</summary>
    [Fact]
    public void The_number_of_threads_does_not_depend_on_the_machine()
    {
        using RedisServer server = new();
        using RunningPool pool = new(
            new DaemonDirectories { Program = "tlspool" }, ["/usr/bin/env", "DOTNET_PROCESSOR_COUNT=48"],
            $"tlspool_server = {server.Address}");
        using PoolConnection connection = pool.ConnectWhenReachable();
        int[] numbers = [.. Enumerable.Range(0, 1000)];
        for (int round = 0; round < 10; round++)
        {
            Array.ForEach(numbers, number => connection.Send("get", ("key", PoolConnection.Key(number))));
            Array.ForEach(numbers, _ => connection.Read());
        }

        pool.Threads.ShouldBeInRange(OtherThreads, MostThreads);
    }

    [Fact]
    public void Another_process_limit_is_fatal()
    {
        using DaemonDirectories directories = new() { Program = "tlspool" };
        using PostlogSocket log = new(directories.PostlogSocket);

        SpawnedProcess process = SpawnedProcess.Start(
            RunningPool.Binary, ["tlspool", "-t", "unix"], FakeMaster.EnvironmentOf(directories), directories.Queue,
            new Dictionary<int, int>());

        log.WaitFor("fatal: service tlspool requires a process limit of 1", RunningPool.Timeout);
        process.WaitForExit(RunningPool.Timeout).ShouldBe(1);
        File.Delete(directories.PostlogSocket);
    }

    [Theory]
    [InlineData("-S", "fatal: this program does not serve standard input")]
    [InlineData("x", "fatal: unexpected command-line argument: x")]
    public void What_it_does_not_know_is_fatal(string argument, string record)
    {
        using DaemonDirectories directories = new() { Program = "tlspool" };
        using PostlogSocket log = new(directories.PostlogSocket);
        using FakeMaster master = FakeMaster.Start(RunningPool.Binary, directories, [argument]);

        log.WaitFor(record, RunningPool.Timeout);

        master.Process.WaitForExit(RunningPool.Timeout).ShouldBe(1);
        File.Delete(directories.PostlogSocket);
    }

    /// <summary>Of the tests themselves: a server whose test could not start the daemon ran on.</summary>
    [Fact]
    public void A_server_does_not_stay_behind_when_its_daemon_cannot_be_started()
    {
        RedisServer server = new();

        Should.Throw<FileNotFoundException>(() => server.UsedBy<RunningPool>(
            static _ => throw new FileNotFoundException("run make publish first")));

        server.IsRunning.ShouldBeFalse();
    }
}
