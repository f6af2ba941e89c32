using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Net.Sockets;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests.Faults;

/// <summary>
/// The kernel refuses memory, at the start or later: connected clients are served, others wait, and the daemon neither
/// aborts nor spins.
/// </summary>
[Trait("Needs", "root")]
public sealed class MemoryShortageTests
{
    private const int Clients = 3000;
    private const string Seed = "request|seed|size|32||";
    private const string ShortageText = "warning: accept connection: Cannot allocate memory -- ";
    private static readonly TimeSpan ObservationTime = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan QueueFull = TimeSpan.FromMilliseconds(300);

    /// <summary>KiB above what the idle daemon needs: each value makes another allocation fail first.</summary>
    public static TheoryData<int> Surplus =>
        [.. Enumerable.Range(0, FaultRun.Choose(40, 8)).Select(step => 20 + (step * FaultRun.Choose(130, 700)))];

    [Theory]
    [MemberData(nameof(Surplus))]
    public void Clients_wait_while_there_is_no_memory_for_them(int surplusKibibytes)
    {
        int limit = KibibytesAtRest() + surplusKibibytes;
        using PreparedBinary binary = PreparedBinary.After($"ulimit -d {limit}");
        using FaultRun run = FaultRun.Start(FaultRun.MakeDirectories(), binary: binary.Path);
        run.Serve();
        using IdleClients idle = new(run.Daemon.Directories.ServiceSocket);
        idle.Connect(Clients);

        run.Daemon.Log.WaitFor("accept", PublishedBinary.Timeout).ShouldHaveSingleItem().ShouldStartWith(ShortageText);
        run.Serve();
        run.StopLoad().Reconnects.ShouldBe(0, "connected clients are served");
        ShouldBeQuiet(run.Daemon);

        idle.Disconnect();
        run.NextLoad();
        run.Serve();
        run.StopLoad();
        run.Daemon.Log.TakeTexts().ShouldBeEmpty("one warning a minute");
        run.Daemon.HangUp().ShouldBe(0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(40)]
    [InlineData(400)]
    [InlineData(1500)]
    public void Connected_clients_are_served_when_memory_runs_out_later(int clientsBefore)
    {
        using FaultRun run = FaultRun.Start(FaultRun.MakeDirectories());
        run.Serve();
        using IdleClients idle = new(run.Daemon.Directories.ServiceSocket);
        idle.Connect(clientsBefore);
        using AttributeClient faulty = run.Daemon.Connect();
        faulty.ReadList();

        LimitData(run.Daemon, $"{Kibibytes(run.Daemon) * 1024L}");
        idle.Connect(Clients - clientsBefore);
        for (int i = 0; i < 5000; i++)
        {
            // Each is logged, which makes more garbage than the heap can hold.
            RunningDaemon.Ask(faulty, $"request|policy|cache_type|bogus{i}||").ShouldStartWith("status|4294967294|");
            run.Daemon.Log.TakeTexts();
        }

        run.Serve();
        run.StopLoad().Reconnects.ShouldBe(0);
        ShouldBeQuiet(run.Daemon);
        LimitData(run.Daemon, "unlimited");
        run.Daemon.Ask(Seed).ShouldStartWith("status|0|seed|");
        idle.Disconnect();
        run.NextLoad();
        run.Serve();
        run.StopLoad();
        run.Daemon.HangUp().ShouldBe(0);
    }

    [Theory]
    [InlineData(4000)]
    [InlineData(5000)]
    [InlineData(6000)]
    public void A_start_with_too_little_memory_is_fatal(int limitKibibytes)
    {
        using PreparedBinary binary = PreparedBinary.After($"ulimit -d {limitKibibytes}");
        using RunningDaemon daemon = new(options: ["-u", "-c"], binary: binary.Path);

        daemon.Log.WaitFor("memory", PublishedBinary.Timeout).ShouldBe(
            ["fatal: 4 MiB of memory are needed to start: Cannot allocate memory"]);
        daemon.Master.Process.WaitForExit(PublishedBinary.Timeout).ShouldBe(1);
    }

    private static int KibibytesAtRest()
    {
        using RunningDaemon daemon = new(FaultRun.CacheLines, ["-u", "-c"]);
        daemon.Ask(Seed);
        return Kibibytes(daemon);
    }

    private static int Kibibytes(RunningDaemon daemon) =>
        int.Parse(daemon.StatusOf("VmData").Split(' ')[0], CultureInfo.InvariantCulture);

    /// <summary>
    /// Sets RLIMIT_DATA of the running daemon, as its own user: root in a container may lack the right.
    /// </summary>
    private static void LimitData(RunningDaemon daemon, string bytes)
    {
        using Process tool = Process.Start("setpriv",
        [
            "--reuid=postfix", "--regid=postfix", "--clear-groups", "prlimit", $"--pid={daemon.Master.Process.Id}",
            $"--data={bytes}:unlimited",
        ]);
        tool.WaitForExit();
        tool.ExitCode.ShouldBe(0);
    }

    private static void ShouldBeQuiet(RunningDaemon daemon)
    {
        TimeSpan before = daemon.ProcessorTime;
        Should.Throw<TimeoutException>(() => daemon.Log.WaitFor("accept", ObservationTime));
        (daemon.ProcessorTime - before).ShouldBeLessThan(ObservationTime / 10);
    }

    /// <summary>Clients that connect and send nothing.</summary>
    private sealed class IdleClients(string path) : IDisposable
    {
        private readonly List<Socket> _clients = [];

        /// <summary>Connects that many clients, or fewer when the accept queue stays full.</summary>
        internal void Connect(int count)
        {
            Stopwatch sinceLast = Stopwatch.StartNew();
            while (count > 0 && sinceLast.Elapsed < QueueFull)
            {
                Socket client = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                client.Blocking = false;
                try
                {
                    client.Connect(new UnixDomainSocketEndPoint(path));
                    _clients.Add(client);
                    count--;
                    sinceLast.Restart();
                }
                catch (SocketException)
                {
                    client.Dispose();
                    System.Threading.Thread.Sleep(1);
                }
            }
        }

        internal void Disconnect()
        {
            _clients.ForEach(client => client.Dispose());
            _clients.Clear();
        }

        public void Dispose() => Disconnect();
    }
}
