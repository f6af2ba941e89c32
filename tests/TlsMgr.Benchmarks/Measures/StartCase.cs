using System.Diagnostics;
using System.Linq;
using System.Text;
using TlsMgr.Benchmarks.Load;
using TlsMgr.Benchmarks.Servers;
using TlsMgr.Testing;

namespace TlsMgr.Benchmarks.Measures;

/// <summary>Milliseconds from exec to the first reply of each kind, of one start.</summary>
/// <param name="Seed">The first seed.</param>
/// <param name="Key">The first ticket key.</param>
/// <param name="Policy">The first policy.</param>
internal readonly record struct FirstReplies(double Seed, double Key, double Policy)
{
    /// <summary>The last of the three.</summary>
    internal double Last => double.Max(Seed, double.Max(Key, Policy));
}

/// <summary>A daemon with sessions of its previous process, that is started again and again.</summary>
internal sealed class StartCase
{
    private static readonly string[] Requests =
        ["request\0seed\0size\032\0\0", "request\0tktkey\0keyname\0\0\0", "request\0policy\0cache_type\0smtpd\0\0"];

    private readonly BenchmarkServer _server;
    private readonly string[] _caches;
    private readonly StartFiles _files;

    /// <summary>Takes over a running daemon, and fills its caches.</summary>
    /// <param name="server">The daemon.</param>
    /// <param name="sessions">The sessions of each cache.</param>
    /// <param name="caches">The caches that are filled.</param>
    internal StartCase(BenchmarkServer server, int sessions, params string[] caches)
    {
        _server = server;
        _caches = caches;
        FirstReply.Await(server);
        foreach (string cache in caches)
        {
            LoadGenerator.Fill(server, sessions, cache);
            StartSample.Store(server, cache);
        }

        _files = new StartFiles(caches.Select(server.CacheFile));
    }

    /// <summary>The size of the cache files in bytes.</summary>
    internal long SizeBytes => _files.SizeBytes;

    /// <summary>
    /// Reloads the daemon. Three clients have connected and sent their requests before it starts, as the processes of
    /// a mail server do at a reload.
    /// </summary>
    /// <param name="isCold">Whether the cache files leave the page cache before the start.</param>
    internal FirstReplies Start(bool isCold)
    {
        _server.Stop();
        Prepare(isCold);
        AttributeClient[] clients = [.. Requests.Select(Send)];
        _server.Start();
        double[] times = [.. clients.Select(Await)];
        return new FirstReplies(times[0], times[1], times[2]);
    }

    /// <summary>
    /// Reloads the daemon, and returns the milliseconds from its first replies until every session is found, and those
    /// of reading the files once.
    /// </summary>
    internal (double Found, double Read) Find(bool isCold)
    {
        _server.Stop();
        Prepare(isCold);
        long start = Stopwatch.GetTimestamp();
        _files.Read();
        double read = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        _server.Start();
        FirstReply.Await(_server);
        _server.Stop();
        Prepare(isCold);
        _server.Start();
        FirstReply.Await(_server);
        start = Stopwatch.GetTimestamp();
        StartSample.AwaitAll(_server, _caches);
        return (Stopwatch.GetElapsedTime(start).TotalMilliseconds, read);
    }

    private void Prepare(bool isCold)
    {
        if (isCold)
        {
            _files.Drop();
        }
        else
        {
            _files.Read();
        }
    }

    private AttributeClient Send(string request)
    {
        AttributeClient client = _server.Connect();
        client.SendBytes(Encoding.ASCII.GetBytes(request));
        return client;
    }

    /// <summary>Reads an announcement and a reply.</summary>
    private double Await(AttributeClient client)
    {
        using (client)
        {
            client.ReadList();
            bool isDone = client.ReadList() is [("status", [(byte)'0']), ..];
            double time = Stopwatch.GetElapsedTime(_server.StartedAt).TotalMilliseconds;
            return isDone ? time : throw new BenchmarkException("a first reply is a fault");
        }
    }
}
