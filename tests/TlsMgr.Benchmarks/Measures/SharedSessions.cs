using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using StackExchange.Redis;
using TlsMgr.Benchmarks.Load;
using TlsMgr.Benchmarks.Servers;
using TlsMgr.Testing;

namespace TlsMgr.Benchmarks.Measures;

/// <summary>Sessions that four hosts share, beside a bare loop of the library that tlspool uses.</summary>
/// <param name="Found">Percent of the sessions that a host finds which is chosen at random.</param>
/// <param name="FoundAlone">Percent that it has itself: what would be found without sharing.</param>
/// <param name="Lookup">p50 of lookups that the pool answers, against that of a bare GET.</param>
/// <param name="LookupMicroseconds">p50 of lookups that the pool answers.</param>
/// <param name="Store">CPU of tlsmgr and tlspool for each session, against that of a bare SET.</param>
/// <param name="StoreMicroseconds">CPU of tlsmgr and tlspool for each session.</param>
/// <param name="LocalMicroseconds">CPU of tlsmgr for each session of a cache that is not shared.</param>
internal sealed record SharedSessions(
    Series Found, Series FoundAlone, Series Lookup, Series LookupMicroseconds, Series Store, Series StoreMicroseconds,
    Series LocalMicroseconds)
{
    internal const int Hosts = 4;
    internal const int Sessions = 1000;

    /// <summary>Lookups of one connection have a pause of more than ten times what they take: see HoldCreditFactor.</summary>
    private const int ConnectionsPerHost = 256;
    private const int TimedLookups = 400;
    private const int StoresAtOnce = 16;
    private const int StoresBetweenWaits = 1024;
    private const int SessionBytes = 180;
    private const int EntryBytes = 232;
    private const int LifeMilliseconds = 900_000;
    private const string Cache = "smtp";
    private const string LocalCache = "lmtp";

    private static readonly string Session = Convert.ToBase64String(new byte[SessionBytes]);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    /// <summary>Measures in turns: hosts, then the bare loop.</summary>
    internal static async Task<SharedSessions> MeasureAsync(ServerDefinition build, Plan plan)
    {
        using Rig rig = new(build.Binary);
        List<double> found = [];
        List<double> alone = [];
        List<double> lookup = [];
        List<double> lookupMicroseconds = [];
        List<double> store = [];
        List<double> storeMicroseconds = [];
        List<double> local = [];
        await rig.WarmUpAsync();
        for (int round = 0; round < plan.Rounds; round++)
        {
            (double all, double own) = rig.ShareFound(round);
            found.Add(all);
            alone.Add(own);
            double pool = rig.MedianLookup(round);
            lookupMicroseconds.Add(pool);
            lookup.Add(pool / await rig.MedianGetAsync(round));
            double stored = rig.StoreProcessor(round, plan.SharedStores);
            storeMicroseconds.Add(stored);
            local.Add(rig.LocalProcessor(round, plan.SharedStores));
            store.Add(stored / await rig.BareProcessorAsync(round, plan.SharedStores));
        }

        return new SharedSessions(
            new Series(found), new Series(alone), new Series(lookup), new Series(lookupMicroseconds),
            new Series(store), new Series(storeMicroseconds), new Series(local));
    }

    /// <summary>Four hosts, their server, and a bare connection to it.</summary>
    private sealed class Rig : IDisposable
    {
        private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("tlsmgr-benchmark-");
        private readonly RedisServer _server = new();
        private readonly List<PoolHost> _hosts = [];
        private readonly SessionClient[][] _clients;
        private readonly SessionClient[] _localClients;
        private readonly ConnectionMultiplexer _bare;
        private readonly IDatabase _database;
        private readonly System.Random _random = new(1);
        private int _turn;

        internal Rig(string binary)
        {
            string state = Path.Combine(_directory.FullName, "pool_state");
            PoolHost.WriteState(state, ageSeconds: 0);
            for (int i = 0; i < Hosts; i++)
            {
                _hosts.Add(new PoolHost(binary, state, _server.Port));
            }

            _clients = [.. _hosts.Select(static host => Enumerable.Range(0, ConnectionsPerHost)
                .Select(_ => new SessionClient(host.Connect(), Cache)).ToArray())];
            _localClients = [.. Enumerable.Range(0, StoresAtOnce).Select(
                _ => new SessionClient(_hosts[0].Connect(), LocalCache))];
            _hosts.ForEach(static host => host.AwaitServer());
            _bare = ConnectionMultiplexer.Connect($"127.0.0.1:{_server.Port},allowAdmin=true");
            _database = _bare.GetDatabase();
        }

        /// <summary>Everything runs once, and the library's code is compiled.</summary>
        internal async Task WarmUpAsync()
        {
            for (int i = 0; i < 2; i++)
            {
                ShareFound(-1 - i);
                MedianLookup(-1 - i);
                await MedianGetAsync(-1 - i);
                await BareProcessorAsync(-1 - i, 10 * StoresBetweenWaits);
            }
        }

        /// <summary>Stores sessions at hosts and looks them up at hosts, each chosen at random; in percent.</summary>
        internal (double All, double Own) ShareFound(int round)
        {
            int[] places = new int[Sessions];
            long before = Keys();
            for (int i = 0; i < Sessions; i++)
            {
                places[i] = _random.Next(Hosts);
                Next(places[i]).Store($"share-{round}-{i}", Session);
            }

            AwaitKeys(before + Sessions);
            int found = 0;
            int own = 0;
            for (int i = 0; i < Sessions; i++)
            {
                int host = _random.Next(Hosts);
                own += host == places[i] ? 1 : 0;
                found += Next(host).Lookup($"share-{round}-{i}") ? 1 : 0;
            }

            return (100.0 * found / Sessions, 100.0 * own / Sessions);
        }

        /// <summary>Microseconds of lookups at a host that does not have the session.</summary>
        internal double MedianLookup(int round)
        {
            string[] ids = [.. Enumerable.Range(0, TimedLookups).Select(i => $"lookup-{round}-{i}")];
            long before = Keys();
            Store(_clients[0], ids);
            AwaitKeys(before + ids.Length);
            List<double> microseconds = [];
            foreach (string id in ids)
            {
                long start = Stopwatch.GetTimestamp();
                if (Next(1).Lookup(id))
                {
                    microseconds.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
                }
            }

            return microseconds.Count >= TimedLookups * 9 / 10
                ? Median(microseconds)
                : throw new BenchmarkException($"the pool answers {microseconds.Count} of {TimedLookups} lookups");
        }

        /// <summary>Microseconds of a bare GET of an entry.</summary>
        internal async Task<double> MedianGetAsync(int round)
        {
            RedisKey key = $"bare-{round}";
            await _database.StringSetAsync(key, new byte[EntryBytes]);
            double[] microseconds = new double[TimedLookups];
            for (int i = 0; i < microseconds.Length; i++)
            {
                long start = Stopwatch.GetTimestamp();
                await _database.StringGetAsync(key);
                microseconds[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
            }

            return Median(microseconds);
        }

        /// <summary>Microseconds of CPU of tlsmgr and tlspool for each session.</summary>
        internal double StoreProcessor(int round, int count)
        {
            double start = _hosts[0].ProcessorSeconds;
            for (int i = 0; i < count; i += StoresBetweenWaits)
            {
                long before = Keys();
                string[] ids = [.. Enumerable.Range(i, StoresBetweenWaits).Select(n => $"store-{round}-{n}")];
                Store(_clients[0], ids);
                AwaitKeys(before + StoresBetweenWaits);
            }

            return (_hosts[0].ProcessorSeconds - start) * 1e6 / count;
        }

        /// <summary>The same for sessions that are not shared.</summary>
        internal double LocalProcessor(int round, int count)
        {
            double start = _hosts[0].ProcessorSeconds;
            Store(_localClients, [.. Enumerable.Range(0, count).Select(n => $"local-{round}-{n}")]);
            return (_hosts[0].ProcessorSeconds - start) * 1e6 / count;
        }

        /// <summary>Microseconds of CPU of this process for each entry that the library stores.</summary>
        internal async Task<double> BareProcessorAsync(int round, int count)
        {
            byte[] entry = new byte[EntryBytes];
            Task[] stores = new Task[StoresAtOnce];
            double start = PoolHost.SecondsOf(Environment.ProcessId);
            for (int i = 0; i < count; i += StoresAtOnce)
            {
                for (int n = 0; n < StoresAtOnce; n++)
                {
                    stores[n] = _database.ExecuteAsync(
                        "PSETEX", (RedisKey)$"bare:{round:x32}{i + n:x32}", LifeMilliseconds, entry);
                }

                await Task.WhenAll(stores);
            }

            return (PoolHost.SecondsOf(Environment.ProcessId) - start) * 1e6 / count;
        }

        public void Dispose()
        {
            _bare.Dispose();
            Array.ForEach([.. _clients.SelectMany(static clients => clients), .. _localClients], static client => client.Dispose());
            _hosts.ForEach(static host => host.Dispose());
            _server.Dispose();
            _directory.Delete(recursive: true);
        }

        /// <summary>Stores sessions, so many at a time, each on a connection of its own.</summary>
        private static void Store(SessionClient[] clients, string[] ids)
        {
            foreach (string[] part in ids.Chunk(StoresAtOnce))
            {
                for (int i = 0; i < part.Length; i++)
                {
                    clients[i].BeginStore(part[i], Session);
                }

                for (int i = 0; i < part.Length; i++)
                {
                    clients[i].EndStore();
                }
            }
        }

        private static double Median(IEnumerable<double> values) => new Series(values).Median;

        private SessionClient Next(int host) => _clients[host][_turn++ % ConnectionsPerHost];

        /// <summary>The entries in the server; probes of hosts are not counted.</summary>
        private long Keys() => (long)_database.Execute("DBSIZE") - (long)_database.Execute("EXISTS", "tlspool:probe");

        private void AwaitKeys(long count)
        {
            long start = Stopwatch.GetTimestamp();
            while (Keys() < count)
            {
                if (Stopwatch.GetElapsedTime(start) > Timeout)
                {
                    throw new BenchmarkException(
                        $"sessions do not reach the server: {string.Join("; ", _hosts.SelectMany(static host => host.TakeRecords()))}");
                }

                Thread.Sleep(1);
            }
        }
    }
}
