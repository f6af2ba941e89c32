using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Text;
using TlsMgr.Rig.Pool;
using TlsMgr.Testing;

namespace TlsMgr.Rig.Sharing;

/// <summary>A client of a host's tlsmgr that stores, looks up and deletes sessions, as Postfix's programs do.</summary>
internal sealed class SessionClient : IDisposable
{
    private const string Done = "0";
    private const string NotFound = "4294967295";
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly AttributeClient _client;
    private readonly string _host;

    internal SessionClient(PoolHost host)
    {
        _host = host.Name;
        _client = AttributeClient.Connect(host.Instance.TlsMgrSocket, Timeout);
        if (host.Instance.Release.Announces)
        {
            _client.ReadList();
        }
    }

    /// <summary>How long the last request took.</summary>
    internal TimeSpan Elapsed { get; private set; }

    /// <summary>Looks a session up; null when it is not found.</summary>
    internal byte[]? Lookup(string cache, string id) => Request("lookup", cache, id, null) switch
    {
        [("status", Done), ("session", var session)] => Convert.FromBase64String(session),
        [("status", NotFound), ("session", "")] => null,
        var reply => throw Unexpected("lookup", reply),
    };

    /// <summary>Stores a session.</summary>
    internal void Update(string cache, string id, ReadOnlySpan<byte> session)
    {
        List<(string, string)> reply = Request("update", cache, id, Convert.ToBase64String(session));
        if (reply is not [("status", Done)])
        {
            throw Unexpected("update", reply);
        }
    }

    /// <summary>Deletes a session, which need not exist.</summary>
    internal void Delete(string cache, string id)
    {
        List<(string, string)> reply = Request("delete", cache, id, null);
        if (reply is not [("status", Done or NotFound)])
        {
            throw Unexpected("delete", reply);
        }
    }

    public void Dispose() => _client.Dispose();

    private List<(string Name, string Value)> Request(string verb, string cache, string id, string? session)
    {
        long start = Stopwatch.GetTimestamp();
        (string, byte[])[] attributes =
        [
            ("request", Bytes(verb)), ("cache_type", Bytes(cache)), ("cache_id", Bytes(id)),
            .. session is null ? Array.Empty<(string, byte[])>() : [("session", Bytes(session))],
        ];
        _client.Send(attributes);
        List<(string, string)> reply =
            [.. _client.ReadList().Select(static pair => (pair.Name, Encoding.ASCII.GetString(pair.Value)))];
        Elapsed = Stopwatch.GetElapsedTime(start);
        return reply;
    }

    private static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);

    private RigException Unexpected(string verb, List<(string Name, string Value)> reply) =>
        new($"{_host}: the reply to {verb} is "
            + string.Join(' ', reply.Select(static pair => $"{pair.Name}={pair.Value}")));
}
