using System;
using System.Collections.Generic;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Logging;
using TlsMgr.Postfix.Protocol;

namespace TlsMgr.Pool.Serving;

/// <summary>Accepts, serves and closes the connections of tlsmgr(8).</summary>
internal sealed class PoolClients : IDisposable
{
    private static readonly TimeSpan StuckCheck = TimeSpan.FromSeconds(1);

    private readonly EventLoop _loop;
    private readonly Log _log;
    private readonly List<PoolClient> _clients = [];
    private long _warnedAt;

    internal PoolClients(EventLoop loop, Log log)
    {
        _loop = loop;
        _log = log;
        loop.Timers.Schedule(StuckCheck, CloseStuck);
    }

    /// <summary>Serves one message; false closes the connection.</summary>
    internal Func<PoolClient, ReadOnlySpan<byte>, bool>? OnMessage { get; set; }

    /// <summary>Writes what a new client is told first.</summary>
    internal Action<PoolClient>? OnOpened { get; set; }

    /// <summary>Raised after requests were served.</summary>
    internal Action? OnWork { get; set; }

    /// <summary>The open connections.</summary>
    internal IReadOnlyList<PoolClient> Open => _clients;

    /// <summary>Takes over a connected descriptor.</summary>
    internal void Accept(int descriptor)
    {
        if (_clients.Count >= ServingLimits.Connections)
        {
            WarnOf($"more than {ServingLimits.Connections} connections");
            FileDescriptor.Close(descriptor);
            return;
        }

        PoolClient client = new(descriptor, _loop, this);
        if (!client.Open())
        {
            FileDescriptor.Close(descriptor);
            return;
        }

        _clients.Add(client);
        AttributeWriter writer = new(client.Output);
        writer.WriteText(PoolWords.Protocol, PoolWords.ProtocolName);
        writer.WriteText(PoolWords.Version, PoolWords.VersionNumber);
        writer.WriteEnd();
        OnOpened?.Invoke(client);
        Flush(client);
    }

    /// <summary>Sends what was written to a client.</summary>
    internal void Flush(PoolClient client)
    {
        if (!client.IsClosed && !client.Flush())
        {
            Close(client);
        }
    }

    /// <summary>Sends what was written to a client when it is much; <see cref="FlushAll"/> sends the rest.</summary>
    internal void FlushMuch(PoolClient client)
    {
        if (client.Output.Length >= ServingLimits.SentAtOnceBytes)
        {
            Flush(client);
        }
    }

    /// <summary>Sends what was written to the clients: one system call for the replies of a turn.</summary>
    internal void FlushAll()
    {
        for (int i = _clients.Count - 1; i >= 0; i--)
        {
            if (_clients[i].Output.Length > 0)
            {
                Flush(_clients[i]);
            }
        }
    }

    /// <summary>Closes a connection.</summary>
    internal void Close(PoolClient client)
    {
        if (!client.IsClosed)
        {
            client.Close();
            _clients.Remove(client);
        }
    }

    /// <summary>Serves one message. False when the connection must be closed.</summary>
    internal bool Serve(PoolClient client, ReadOnlySpan<byte> message)
    {
        OnWork?.Invoke();
        return OnMessage?.Invoke(client, message) == true && !client.IsClosed;
    }

    /// <summary>Logs a fault of a client, at most once a minute.</summary>
    internal void WarnOf(string fault)
    {
        TimeProvider clock = _loop.Timers.Clock;
        if (_warnedAt == 0 || clock.GetElapsedTime(_warnedAt).TotalSeconds >= LogLimits.RepeatedWarningSeconds)
        {
            _warnedAt = clock.GetTimestamp();
            _log.Warning($"tlspool socket: {fault} -- disconnecting");
        }
    }

    /// <summary>Closes every connection.</summary>
    public void Dispose()
    {
        while (_clients.Count > 0)
        {
            Close(_clients[^1]);
        }
    }

    private void CloseStuck()
    {
        for (int i = _clients.Count - 1; i >= 0; i--)
        {
            if (_clients[i].IsStuck())
            {
                WarnOf($"replies were not read for {ServingLimits.UnreadSeconds} s");
                Close(_clients[i]);
            }
        }

        _loop.Timers.Schedule(StuckCheck, CloseStuck);
    }
}
