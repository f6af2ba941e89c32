// Serves the requests of tlsmgr(8) on the event loop. None waits: what the library finds on this or another thread
// comes back through the queue.

using System;
using System.Text;
using StackExchange.Redis;
using TlsMgr.Pool.Connections;
using TlsMgr.Pool.Servers;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Logging;
using TlsMgr.Postfix.Protocol;

namespace TlsMgr.Pool.Serving;

/// <summary>The service of tlspool(8).</summary>
internal sealed class PoolService : IDisposable
{
    private static readonly TimeSpan FollowPause = TimeSpan.FromMilliseconds(ServingLimits.FollowMilliseconds);

    private readonly TimerQueue _timers;
    private readonly RequestTable _requests;
    private readonly Announcer _announcer;
    private readonly ServiceCounters _counters = new();
    private readonly byte[] _value = new byte[Base64Data.DecodedLimit(ServingLimits.MessageBytes)];
    private readonly byte[] _keyPrefix;
    private int _epoch;

    /// <summary>Creates the service. It reaches no server until <see cref="Update"/>.</summary>
    /// <param name="loop">The event loop.</param>
    /// <param name="log">Receives what goes wrong.</param>
    /// <param name="prefix">What all keys begin with.</param>
    internal PoolService(EventLoop loop, Log log, string prefix)
    {
        _timers = loop.Timers;
        Prefix = prefix;
        _keyPrefix = Encoding.ASCII.GetBytes(prefix + ":");
        Queue = new LoopQueue(loop);
        Condition = new ServerCondition(loop.Timers, log);
        Clients = new PoolClients(loop, log) { OnMessage = Serve, OnOpened = TellCondition };
        _requests = new RequestTable(Queue, loop.Timers, Complete, Expire);
        _announcer = new Announcer(Queue, loop.Timers, prefix, Condition, ReportFault);
        Follow();
    }

    /// <summary>What all keys begin with.</summary>
    internal string Prefix { get; }

    /// <summary>Carries what other threads find to the event loop.</summary>
    internal LoopQueue Queue { get; }

    /// <summary>The connections of tlsmgr(8).</summary>
    internal PoolClients Clients { get; }

    /// <summary>The condition of the server.</summary>
    internal ServerCondition Condition { get; }

    /// <summary>The watch, to be told of faults; null where there is no server.</summary>
    internal ServerWatch? Watch { get; set; }

    /// <summary>Takes over what the watch found. To be called by the event loop.</summary>
    internal void Update(ServerView view)
    {
        if (view.Epoch != _epoch)
        {
            _epoch = view.Epoch;
            _counters.ForgetForbidden();
        }

        Note(view.Fault);
        if (Condition.Update(view))
        {
            foreach (PoolClient client in Clients.Open)
            {
                TellCondition(client);
            }
        }
    }

    /// <summary>Counts a fault of the server, and has it probed.</summary>
    internal void ReportFault(Exception fault)
    {
        _counters.Errors++;
        ServerFault reason = ServerFault.Of(fault, null);
        Note(reason);
        Watch?.Report(reason);
    }

    /// <summary>
    /// Takes over what others found, and sends the replies. To be called after each turn of the loop.
    /// </summary>
    internal void FinishTurn()
    {
        Queue.FinishTurn();
        Clients.FlushAll();
    }

    public void Dispose()
    {
        Queue.Dispose();
        Clients.Dispose();
        Watch?.Dispose();
    }

    private void Note(ServerFault? fault)
    {
        if (fault?.ForbiddenCommand is { } command)
        {
            _counters.Forbid(command);
        }
    }

    private void TellCondition(PoolClient client)
    {
        if (Condition.IsKnown)
        {
            AttributeWriter writer = new(client.Output);
            writer.WriteNumber(PoolWords.Number, 0);
            writer.WriteNumber(PoolWords.Status, 0);
            writer.WriteNumber(PoolWords.Reachable, Condition.IsReachable ? 1 : 0);
            writer.WriteText(PoolWords.Reason, Encoding.UTF8.GetBytes(
                PrintableText.Clean(Condition.View.Fault?.Text ?? "")));
            writer.WriteEnd();
        }
    }

    private void Follow()
    {
        HeapCheck.Run();
        foreach (PoolClient client in Clients.Open)
        {
            client.Follower.Read(this);
        }

        _timers.Schedule(FollowPause, Follow);
    }

    /// <summary>Serves one message; false for one that is malformed.</summary>
    private bool Serve(PoolClient client, ReadOnlySpan<byte> message)
    {
        Queue.MarkAwake();
        AttributeReader reader = new(message);
        bool isSound = reader.TryReadRequest(PoolWords.Request, out ReadOnlySpan<byte> request)
            && reader.TryReadNumber(PoolWords.Number, out uint number) && number is > 0 and <= int.MaxValue
            && Serve(client, request, (int)number, ref reader);
        if (!isSound)
        {
            Clients.WarnOf($"malformed request: {reader.Fault.Kind}");
        }

        return isSound;
    }

    private bool Serve(PoolClient client, ReadOnlySpan<byte> request, int number, ref AttributeReader reader)
    {
        if (request.SequenceEqual(PoolWords.Get))
        {
            return reader.TryReadText(PoolWords.Key, out ReadOnlySpan<byte> key) && reader.TryReadEnd()
                && Get(client, number, key);
        }

        if (request.SequenceEqual(PoolWords.Put))
        {
            return reader.TryReadText(PoolWords.Key, out ReadOnlySpan<byte> key)
                && reader.TryReadNumber(PoolWords.Milliseconds, out uint milliseconds)
                && reader.TryReadData(PoolWords.Value, _value, out ReadOnlySpan<byte> value) && reader.TryReadEnd()
                && Put(client, number, key, milliseconds, value);
        }

        if (request.SequenceEqual(PoolWords.Drop))
        {
            return reader.TryReadText(PoolWords.Key, out ReadOnlySpan<byte> key) && reader.TryReadEnd()
                && Drop(client, number, key);
        }

        if (request.SequenceEqual(PoolWords.Follow))
        {
            return reader.TryReadText(PoolWords.Generation, out ReadOnlySpan<byte> generation)
                && reader.TryReadNumber(PoolWords.Seconds, out uint seconds) && reader.TryReadEnd()
                && Follow(client, number, generation, seconds);
        }

        return request.SequenceEqual(PoolWords.State) && reader.TryReadEnd() && State(client, number);
    }

    private bool Get(PoolClient client, int number, ReadOnlySpan<byte> key)
    {
        _counters.Gets++;
        if (Begin(RequestKind.Get, client, number, key, 0) is { } request)
        {
            Start(request, key);
        }

        return true;
    }

    private bool Put(
        PoolClient client, int number, ReadOnlySpan<byte> key, uint milliseconds, ReadOnlySpan<byte> value)
    {
        _counters.Puts++;
        bool isSound = milliseconds is > 0 and <= int.MaxValue && value.Length <= ServingLimits.ValueBytes;
        if (!isSound)
        {
            Fail(client, number, RequestKind.Put);
        }
        else if (Begin(RequestKind.Put, client, number, key, value.Length) is { } request)
        {
            request.Announced = PoolKey.Announce(key);
            Start(request, key, milliseconds, value);
        }

        return true;
    }

    private bool Drop(PoolClient client, int number, ReadOnlySpan<byte> key)
    {
        if (Begin(RequestKind.Drop, client, number, key, 0) is { } request)
        {
            Start(request, key);
        }

        return true;
    }

    private bool Follow(PoolClient client, int number, ReadOnlySpan<byte> generation, uint seconds)
    {
        bool isSound = PoolKey.IsGeneration(generation) && seconds is > 0 and <= int.MaxValue / 1000;
        Reply(client, number, null, isSound ? PoolReplyStatus.Done : PoolReplyStatus.Failed);
        if (isSound)
        {
            _announcer.KeepSeconds = (int)seconds;
            client.Follower.Begin(Encoding.ASCII.GetString(generation));
            client.Follower.Read(this);
        }

        return true;
    }

    private bool State(PoolClient client, int number)
    {
        StateReply.Write(client.Output, number, Condition, _counters);
        return true;
    }

    /// <summary>Takes a place for a request; null, and a reply, when there is none or no server.</summary>
    private PendingRequest? Begin(RequestKind kind, PoolClient client, int number, ReadOnlySpan<byte> key, int bytes)
    {
        PendingRequest? request = Condition.IsReachable && PoolKey.IsSound(key)
            ? _requests.TryBegin(kind, number, client, bytes)
            : null;
        if (request is null)
        {
            Fail(client, number, kind);
        }

        return request;
    }

    private void Start(
        PendingRequest request, ReadOnlySpan<byte> name, uint milliseconds = 0, ReadOnlySpan<byte> value = default)
    {
        RedisKey key = KeyOf(name);
        if (Condition.View.Lost?.Contains(key) == true)
        {
            _requests.Abandon(request);
            Fail(request.Client, request.Number, request.Kind);
            return;
        }

        try
        {
            Call(request, key, milliseconds, value);
        }
        catch (Exception fault) when (ServerFault.IsExpected(fault))
        {
            _requests.Abandon(request);
            ReportFault(fault);
            Reply(request.Client, request.Number, request.Kind, PoolReplyStatus.Failed);
        }
    }

    /// <summary>Hands a request to the library, which keeps the arguments until the server has replied.</summary>
    private void Call(PendingRequest request, RedisKey key, uint milliseconds, ReadOnlySpan<byte> value)
    {
        IDatabase database = Condition.View.Database!;
        CommandFlags flags = Condition.View.Flags;
        switch (request.Kind)
        {
            case RequestKind.Get:
                request.Await(database.StringGetLeaseAsync(key, flags));
                break;
            case RequestKind.Put:
                object[] arguments = [key, (long)milliseconds, value.ToArray()];
                request.Await(database.ExecuteAsync("PSETEX", arguments, flags));
                break;
            default:
                request.Await(database.ExecuteAsync("UNLINK", (object[])[key], flags));
                break;
        }
    }

    private RedisKey KeyOf(ReadOnlySpan<byte> key) => (byte[])[.. _keyPrefix, .. key];

    private void Expire(PendingRequest request)
    {
        _counters.Errors++;
        Watch?.Report(ServerFault.Overdue);
        Reply(request.Client, request.Number, request.Kind, PoolReplyStatus.Failed);
    }

    /// <summary>Called by the event loop when the library has finished with a request.</summary>
    private void Complete(PendingRequest request)
    {
        if (request.Value is { } value)
        {
            using Lease<byte>? lease = value.IsCompletedSuccessfully ? value.Result : null;
            Finish(request, value.Exception, lease is null ? PoolReplyStatus.NotFound : PoolReplyStatus.Done, lease);
        }
        else if (request.Result is { } result)
        {
            bool isDone = result.IsCompletedSuccessfully
                && (request.Kind == RequestKind.Put || ((long?)result.Result ?? 0) > 0);
            Finish(request, result.Exception, isDone ? PoolReplyStatus.Done : PoolReplyStatus.NotFound, null);
        }
    }

    private void Finish(PendingRequest request, AggregateException? fault, PoolReplyStatus status, Lease<byte>? value)
    {
        if (fault?.InnerException is { } reason)
        {
            status = PoolReplyStatus.Failed;
            ReportFault(reason);
        }
        else if (request.Announced is { } announced)
        {
            _announcer.Add(announced);
        }

        if (!request.IsReplied)
        {
            Reply(request.Client, request.Number, request.Kind, status, value is null ? default : value.Span);
            Clients.FlushMuch(request.Client);
        }
    }

    private void Fail(PoolClient client, int number, RequestKind kind)
    {
        _counters.Errors++;
        Reply(client, number, kind, PoolReplyStatus.Failed);
    }

    private static void Reply(
        PoolClient client, int number, RequestKind? kind, PoolReplyStatus status, ReadOnlySpan<byte> value = default)
    {
        if (client.IsClosed)
        {
            return;
        }

        bool fits = value.Length <= ServingLimits.ValueBytes && (value.IsEmpty || !client.IsCongested);
        AttributeWriter writer = new(client.Output);
        writer.WriteNumber(PoolWords.Number, number);
        writer.WriteNumber(PoolWords.Status, (int)(fits ? status : PoolReplyStatus.Failed));
        if (kind == RequestKind.Get)
        {
            writer.WriteData(PoolWords.Value, fits ? value : default);
        }

        writer.WriteEnd();
    }
}
