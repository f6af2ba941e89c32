using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using TlsMgr.Benchmarks.Load;
using TlsMgr.Benchmarks.Servers;

namespace TlsMgr.Benchmarks.Measures;

/// <summary>Sessions that show whether a cache finds all of its sessions: their keys are spread over the file.</summary>
internal static class StartSample
{
    private const int Sessions = 64;
    private const int SessionBytes = 1500;

    /// <summary>The pause between two lookups of a session that is not found yet.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    private static readonly string[] Ids = [.. Enumerable.Range(0, Sessions).Select(static number =>
        Convert.ToHexStringLower(SHA256.HashData(
            Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)))))];

    /// <summary>Stores the sample in a cache.</summary>
    internal static void Store(BenchmarkServer server, string cache)
    {
        string session = Convert.ToBase64String(new byte[SessionBytes]);
        using SessionClient client = new(server.Connect(), cache);
        foreach (string id in Ids)
        {
            client.Store(id, session);
        }
    }

    /// <summary>Returns when every session of the sample was found in every cache.</summary>
    /// <exception cref="BenchmarkException">One is not found within a minute.</exception>
    internal static void AwaitAll(BenchmarkServer server, IEnumerable<string> caches)
    {
        long deadline = Environment.TickCount64 + 60_000;
        foreach (string cache in caches)
        {
            using SessionClient client = new(server.Connect(), cache);
            foreach (string id in Ids)
            {
                while (!client.Lookup(id))
                {
                    if (Environment.TickCount64 > deadline)
                    {
                        throw new BenchmarkException($"a session of the {cache} cache was lost at a start");
                    }

                    Thread.Sleep(Pause);
                }
            }
        }
    }
}
