using System;
using System.Text;
using TlsMgr.Testing;

namespace TlsMgr.Benchmarks.Load;

/// <summary>A connection that stores and looks up sessions, as a mail process does.</summary>
internal sealed class SessionClient : IDisposable
{
    private readonly AttributeClient _client;
    private readonly string _cache;

    /// <summary>Takes over a connection.</summary>
    /// <param name="client">The connection.</param>
    /// <param name="cache">The cache.</param>
    internal SessionClient(AttributeClient client, string cache)
    {
        _client = client;
        _cache = cache;
        client.ReadList();
    }

    /// <summary>Stores a session.</summary>
    internal void Store(string id, string session)
    {
        BeginStore(id, session);
        EndStore();
    }

    /// <summary>Sends the request to store a session.</summary>
    internal void BeginStore(string id, string session) => _client.SendBytes(Encoding.ASCII.GetBytes(
        $"request\0update\0cache_type\0{_cache}\0cache_id\0{id}\0session\0{session}\0\0"));

    /// <summary>Reads the reply to <see cref="BeginStore"/>.</summary>
    internal void EndStore()
    {
        if (!IsDone())
        {
            throw new BenchmarkException("a session cannot be stored");
        }
    }

    /// <summary>Whether a session is found.</summary>
    internal bool Lookup(string id)
    {
        _client.SendBytes(Encoding.ASCII.GetBytes(
            $"request\0lookup\0cache_type\0{_cache}\0cache_id\0{id}\0\0"));
        return IsDone();
    }

    public void Dispose() => _client.Dispose();

    private bool IsDone() => _client.ReadList() is [("status", [(byte)'0']), ..];
}
