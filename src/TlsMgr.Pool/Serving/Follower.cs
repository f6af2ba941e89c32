// Reads what all hosts announced for one generation, from the beginning and then from where it stopped, and sends it to
// its client. After another connection, and with another list, it begins again. What is read twice does no harm, as the
// client keeps a set.

using System;
using System.Threading.Tasks;
using StackExchange.Redis;
using TlsMgr.Postfix.Protocol;

namespace TlsMgr.Pool.Serving;

/// <summary>What one client wants to know of other hosts.</summary>
/// <param name="client">The client.</param>
internal sealed class Follower(PoolClient client)
{
    private const string Beginning = "0-0";
    private const int SessionBytes = sizeof(ulong);

    private string _position = Beginning;
    private string _list = "";
    private int _epoch = -1;
    private bool _isReading;

    /// <summary>The generation; null while nothing is wanted.</summary>
    internal string? Generation { get; private set; }

    /// <summary>Starts with a generation.</summary>
    internal void Begin(string generation)
    {
        Generation = generation;
        _position = Beginning;
    }

    /// <summary>Reads the next announcements, unless that is under way or the client has enough to read.</summary>
    /// <param name="service">The service, which knows the server.</param>
    internal void Read(PoolService service)
    {
        if (Generation is not { } generation || _isReading || client.IsClosed || client.IsCongested
            || service.Condition.View.Database is not { } database)
        {
            return;
        }

        string list = Announcer.KeyOf(service.Prefix, generation, service.Condition.View.Lost);
        if (_epoch != service.Condition.View.Epoch || _list != list)
        {
            _epoch = service.Condition.View.Epoch;
            _list = list;
            _position = Beginning;
        }

        _isReading = true;
        Task<StreamEntry[]> task = database.StreamReadAsync(
            list, _position, ServingLimits.FollowedAtOnce, service.Condition.View.Flags);
        service.Queue.PostWhenDone(task, () => Finish(service, generation, task));
    }

    private void Finish(PoolService service, string generation, Task<StreamEntry[]> task)
    {
        _isReading = false;
        if (!task.IsCompletedSuccessfully)
        {
            if (task.Exception?.InnerException is { } fault)
            {
                service.ReportFault(fault);
            }

            return;
        }

        if (client.IsClosed || Generation != generation || task.Result.Length == 0)
        {
            return;
        }

        Send(task.Result);
        if (task.Result.Length == ServingLimits.FollowedAtOnce)
        {
            Read(service);
        }
    }

    private void Send(StreamEntry[] entries)
    {
        int space = entries.Length * ServingLimits.AnnouncedSessions * SessionBytes;
        byte[] known = new byte[int.Min(space, ServingLimits.KnownBytes)];
        int length = 0;
        foreach (StreamEntry entry in entries)
        {
            _position = (string?)entry.Id ?? _position;
            byte[]? sessions = entry["k"];
            if (sessions is { Length: > 0 } && sessions.Length % SessionBytes == 0
                && sessions.Length <= ServingLimits.AnnouncedSessions * SessionBytes)
            {
                if (length + sessions.Length > known.Length)
                {
                    SendKnown(known.AsSpan(0, length));
                    length = 0;
                }

                sessions.CopyTo(known, length);
                length += sessions.Length;
            }
        }

        SendKnown(known.AsSpan(0, length));
    }

    private void SendKnown(ReadOnlySpan<byte> known)
    {
        if (!known.IsEmpty)
        {
            AttributeWriter writer = new(client.Output);
            writer.WriteNumber(PoolWords.Number, 0);
            writer.WriteNumber(PoolWords.Status, 0);
            writer.WriteData(PoolWords.Known, known);
            writer.WriteEnd();
        }
    }
}
