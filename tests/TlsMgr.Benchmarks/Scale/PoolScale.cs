// By hand: many pairs of tlsmgr and tlspool on one machine, with one server, under a load that grows until something is
// saturated, or under the same load for a long time. Each step stores and looks up as many sessions a second, at hosts
// chosen at random, as pool.md's sizing does.

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using TlsMgr.Benchmarks.Load;
using TlsMgr.Benchmarks.Measures;
using TlsMgr.Benchmarks.Servers;
using TlsMgr.Testing;

namespace TlsMgr.Benchmarks.Scale;

/// <summary>Measures many hosts of a pool, and writes one line for each step.</summary>
/// <param name="binary">tlsmgr; tlspool is beside it.</param>
/// <param name="pairs">The number of hosts.</param>
/// <param name="output">Receives the table.</param>
internal sealed class PoolScale(string binary, int pairs, TextWriter output)
{
    private const int Workers = 16;
    private const int StepSeconds = 10;
    private const int MinuteSeconds = 60;
    private const int ConnectionsPerHost = 40;
    private const int SessionBytes = 180;
    private const string Cache = "smtpd";

    /// <summary>Sessions stored a second, and as many looked up.</summary>
    private static readonly int[] Rates = [0, 125, 250, 500, 1000, 2000, 4000];

    /// <summary>A session is looked up this long after it was stored: announcements are read by then.</summary>
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(2);

    private static readonly string Session = Convert.ToBase64String(new byte[SessionBytes]);

    /// <summary>Runs all steps, or one load for some minutes.</summary>
    /// <param name="minutes">How long; 0 for all steps.</param>
    /// <param name="rate">The load: sessions stored a second, and as many looked up.</param>
    internal void Run(int minutes, int rate)
    {
        DirectoryInfo directory = Directory.CreateTempSubdirectory("tlsmgr-benchmark-");
        List<PoolHost> hosts = [];
        try
        {
            using RedisServer server = new();
            string state = Path.Combine(directory.FullName, "pool_state");
            PoolHost.WriteState(state, ageSeconds: 0);
            for (int i = 0; i < pairs; i++)
            {
                hosts.Add(new PoolHost(binary, state, server.Port));
            }

            hosts.ForEach(static host => host.AwaitServer());
            SessionClient[][] clients = [.. hosts.Select(static host => Enumerable.Range(0, ConnectionsPerHost)
                .Select(_ => new SessionClient(host.Connect(), Cache)).ToArray())];
            output.WriteLine($"{pairs} pairs, {Environment.ProcessorCount} processors");
            WriteMemory(hosts);
            output.WriteLine("| SET/s and GET/s | done/s | found, % | lookup p50, p99 ms | tlsmgr, tlspool, server, load: processors |");
            output.WriteLine("|---|---|---|---|---|");
            int stepSeconds = minutes == 0 ? StepSeconds : MinuteSeconds;
            IEnumerable<int> rates = minutes == 0 ? Rates : Enumerable.Repeat(rate, minutes);
            int step = 0;
            foreach (int next in rates)
            {
                RunStep(hosts, clients, server, next, $"{step++}", stepSeconds);
            }

            WriteMemory(hosts);
            Array.ForEach([.. clients.SelectMany(static of => of)], static client => client.Dispose());
        }
        finally
        {
            hosts.ForEach(static host => host.Dispose());
            directory.Delete(recursive: true);
        }
    }

    private void WriteMemory(List<PoolHost> hosts)
    {
        double manager = hosts.Average(static host => MemoryUse.Of(host.ManagerId).Anonymous);
        double pool = hosts.Average(static host => MemoryUse.Of(host.PoolId).Anonymous);
        output.WriteLine($"anonymous memory, average: tlsmgr {manager:0.0} MB, tlspool {pool:0.0} MB");
    }

    private void RunStep(
        List<PoolHost> hosts, SessionClient[][] clients, RedisServer server, int rate, string name, int stepSeconds)
    {
        Processors before = Processors.Now(hosts, server);
        long start = Stopwatch.GetTimestamp();
        Worker[] workers = [.. Enumerable.Range(0, Workers).Select(
            number => new Worker(number, clients, (double)rate / Workers, $"{name}-{number}", stepSeconds))];
        if (rate == 0)
        {
            Thread.Sleep(TimeSpan.FromSeconds(stepSeconds));
        }
        else
        {
            Task.WaitAll([.. workers.Select(static worker => Task.Factory.StartNew(
                worker.Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))]);
        }

        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Processors used = Processors.Now(hosts, server).Since(before, seconds);
        double[] times = [.. workers.SelectMany(static worker => worker.Milliseconds).Order()];
        int found = workers.Sum(static worker => worker.Found);
        string found100 = times.Length == 0 ? "" : $"{100.0 * found / times.Length:0.0}";
        string quantiles = times.Length == 0 ? "" : $"{times[times.Length / 2]:0.00}, {times[times.Length * 99 / 100]:0.00}";
        output.WriteLine(
            $"| {rate} | {workers.Sum(static worker => worker.Stored) / seconds:0} | {found100} | {quantiles} | {used} |");
    }

    /// <summary>Processor time, or processors in use.</summary>
    private readonly record struct Processors(double Manager, double Pool, double Server, double Load)
    {
        internal static Processors Now(List<PoolHost> hosts, RedisServer server) => new(
            hosts.Sum(static host => PoolHost.SecondsOf(host.ManagerId)),
            hosts.Sum(static host => PoolHost.SecondsOf(host.PoolId)),
            PoolHost.SecondsOf(server.ProcessId), PoolHost.SecondsOf(Environment.ProcessId));

        internal Processors Since(Processors before, double seconds) => new(
            (Manager - before.Manager) / seconds, (Pool - before.Pool) / seconds, (Server - before.Server) / seconds,
            (Load - before.Load) / seconds);

        public override string ToString() => $"{Manager:0.00}, {Pool:0.00}, {Server:0.00}, {Load:0.00}";
    }

    /// <summary>Stores and looks up in turns, at hosts at random; no connection is used by two workers.</summary>
    private sealed class Worker(
        int number, SessionClient[][] clients, double rate, string name, int stepSeconds)
    {
        private readonly System.Random _random = new(number);
        private readonly Queue<(string Id, long At)> _stored = [];

        internal int Stored { get; private set; }

        internal int Found { get; private set; }

        internal List<double> Milliseconds { get; } = [];

        internal void Run()
        {
            long start = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(start).TotalSeconds < stepSeconds)
            {
                double due = Stored / rate;
                double wait = due - Stopwatch.GetElapsedTime(start).TotalSeconds;
                if (wait > 0)
                {
                    Thread.Sleep(TimeSpan.FromSeconds(wait));
                }

                string id = $"{name}-{Stored}";
                Use(client => client.Store(id, Session));
                _stored.Enqueue((id, Stopwatch.GetTimestamp()));
                Stored++;
                if (_stored.TryPeek(out (string Id, long At) oldest) && Stopwatch.GetElapsedTime(oldest.At) >= Age)
                {
                    LookUp(_stored.Dequeue().Id);
                }
            }
        }

        private void LookUp(string id)
        {
            long start = 0;
            bool isFound = false;
            Use(client =>
            {
                start = Stopwatch.GetTimestamp();
                isFound = client.Lookup(id);
            });
            Milliseconds.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            Found += isFound ? 1 : 0;
        }

        private void Use(Action<SessionClient> action)
        {
            SessionClient[] of = clients[_random.Next(clients.Length)];
            SessionClient client = of[_random.Next(of.Length)];
            lock (client)
            {
                action(client);
            }
        }
    }
}
