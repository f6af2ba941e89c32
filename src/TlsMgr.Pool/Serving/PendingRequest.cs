using System;
using System.Threading.Tasks;
using StackExchange.Redis;
using TlsMgr.Pool.Connections;

namespace TlsMgr.Pool.Serving;

/// <summary>A request under way. Reused for others: see <see cref="RequestTable"/>.</summary>
internal sealed class PendingRequest
{
    private readonly LoopQueue _queue;
    private readonly Action _onCompleted;

    /// <summary>Creates an unused one.</summary>
    /// <param name="queue">Carries its completion to the event loop.</param>
    /// <param name="complete">Called there.</param>
    internal PendingRequest(LoopQueue queue, Action<PendingRequest> complete)
    {
        _queue = queue;
        _onCompleted = () => complete(this);
    }

    internal RequestKind Kind { get; private set; }

    internal int Number { get; private set; }

    internal PoolClient Client { get; private set; } = null!;

    internal long StartedAt { get; private set; }

    /// <summary>The bytes of its value.</summary>
    internal int Bytes { get; private set; }

    /// <summary>The session that is announced when it is stored; null for none.</summary>
    internal Announced? Announced { get; set; }

    /// <summary>Whether the client has its reply.</summary>
    internal bool IsReplied { get; set; }

    /// <summary>The reply to a <see cref="RequestKind.Get"/>.</summary>
    internal Task<Lease<byte>?>? Value { get; private set; }

    /// <summary>The reply to the others.</summary>
    internal Task<RedisResult>? Result { get; private set; }

    internal void Begin(RequestKind kind, int number, PoolClient client, int bytes, long now)
    {
        Kind = kind;
        Number = number;
        Client = client;
        Bytes = bytes;
        StartedAt = now;
        IsReplied = false;
        Announced = null;
        Value = null;
        Result = null;
    }

    internal void Await(Task<Lease<byte>?> value)
    {
        Value = value;
        _queue.PostWhenDone(value, _onCompleted);
    }

    internal void Await(Task<RedisResult> result)
    {
        Result = result;
        _queue.PostWhenDone(result, _onCompleted);
    }
}
