// One host stores sessions, another one looks them up a moment later: each id has one content, so that a wrong session
// is told from a right one without any memory.

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using TlsMgr.Rig.Pool;

namespace TlsMgr.Rig.Sharing.Faults;

/// <summary>A load of lookups that only the pool can answer.</summary>
internal sealed class PooledLoad : IDisposable
{
    private const string Cache = "smtp";
    private const int Readers = 3;
    private const int UnknownShare = 8;
    private const int ContentBytes = 180;
    private const double SlowShare = 0.99;

    private static readonly TimeSpan WriteInterval = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan ReadInterval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Age = TimeSpan.FromMilliseconds(300);

    private static int _loads;

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<(string Id, long At)> _stored = new();
    private readonly List<Thread> _threads = [];
    private readonly List<double> _milliseconds = [];
    private readonly List<string> _wrong = [];
    private readonly Lock _lock = new();
    private readonly PoolHost _reader;
    private readonly PoolHost _writer;
    private readonly int _number = Interlocked.Increment(ref _loads);
    private long _hits;
    private long _misses;

    /// <summary>Starts the clients.</summary>
    /// <param name="writer">The host that stores.</param>
    /// <param name="reader">The host that looks up.</param>
    internal PooledLoad(PoolHost writer, PoolHost reader)
    {
        _writer = writer;
        _reader = reader;
        Steady = new SteadyClient(_number, _stop.Token);
        Start(Write);
        Start(RunSteady);
        for (int i = 0; i < Readers; i++)
        {
            int seed = i;
            Start(() => Read(new Random(seed)));
        }
    }

    /// <summary>A client that keeps its connection, as tlsproxy(8) does.</summary>
    internal SteadyClient Steady { get; }

    /// <summary>Lookups that found a session of the other host.</summary>
    internal long Hits => Volatile.Read(ref _hits);

    /// <summary>Lookups that found none.</summary>
    internal long Misses => Volatile.Read(ref _misses);

    /// <summary>Forgets the counts, not the faults.</summary>
    internal void Reset()
    {
        Volatile.Write(ref _hits, 0);
        Volatile.Write(ref _misses, 0);
    }

    /// <summary>Forgets the times, too.</summary>
    internal void Restart()
    {
        Reset();
        lock (_lock)
        {
            _milliseconds.Clear();
        }

        Steady.Restart();
    }

    /// <summary>Stops the clients; returns the wrong replies.</summary>
    internal IReadOnlyList<string> Stop()
    {
        _stop.Cancel();
        _threads.ForEach(static thread => thread.Join());
        return _wrong;
    }

    /// <summary>The times of its clients.</summary>
    internal FaultFigures Figures
    {
        get
        {
            lock (_lock)
            {
                double[] sorted = [.. _milliseconds.Order()];
                return sorted.Length == 0
                    ? new FaultFigures(0, 0, Steady.HeldShare)
                    : new FaultFigures(sorted[(int)(SlowShare * (sorted.Length - 1))], sorted[^1], Steady.HeldShare);
            }
        }
    }

    public void Dispose()
    {
        Stop();
        _stop.Dispose();
    }

    private void Start(Action run)
    {
        Thread thread = new(() => run()) { IsBackground = true };
        _threads.Add(thread);
        thread.Start();
    }

    private static byte[] ContentOf(string id)
    {
        byte[] digest = SHA256.HashData(Encoding.ASCII.GetBytes(id));
        return [.. Enumerable.Range(0, ContentBytes).Select(i => (byte)(digest[i % digest.Length] + i))];
    }

    private void Write()
    {
        for (int i = 0; !_stop.IsCancellationRequested;)
        {
            Attempt(_writer, client =>
            {
                while (!_stop.Token.WaitHandle.WaitOne(WriteInterval))
                {
                    string id = $"smtp&load{_number}&{++i}";
                    client.Update(Cache, id, ContentOf(id));
                    _stored.Enqueue((id, Stopwatch.GetTimestamp()));
                }
            });
        }
    }

    private void RunSteady()
    {
        while (!_stop.IsCancellationRequested)
        {
            Attempt(_reader, Steady.Run);
        }
    }

    private void Read(Random random)
    {
        // A connection of its own for each lookup: one that was held is not held again for a while.
        while (!_stop.Token.WaitHandle.WaitOne(ReadInterval))
        {
            Attempt(_reader, client => ReadOne(client, random));
        }
    }

    private void ReadOne(SessionClient client, Random random)
    {
        string id = $"smtp&nobody{_number}&{random.NextInt64()}";
        bool isKnown = random.Next(UnknownShare) != 0 && TryTake(out id, id);
        byte[]? found = client.Lookup(Cache, id);
        lock (_lock)
        {
            _milliseconds.Add(client.Elapsed.TotalMilliseconds);
            if (found is not null && (!isKnown || !found.AsSpan().SequenceEqual(ContentOf(id))))
            {
                _wrong.Add($"a wrong session for {id}");
            }
        }

        if (isKnown)
        {
            Interlocked.Increment(ref found is null ? ref _misses : ref _hits);
        }
    }

    private bool TryTake(out string id, string otherwise)
    {
        id = otherwise;
        if (!_stored.TryPeek(out (string Id, long At) oldest) || Stopwatch.GetElapsedTime(oldest.At) < Age
            || !_stored.TryDequeue(out oldest))
        {
            return false;
        }

        id = oldest.Id;
        return true;
    }

    private void Attempt(PoolHost host, Action<SessionClient> run)
    {
        try
        {
            using SessionClient client = new(host);
            run(client);
        }
        catch (Exception fault) when (fault is IOException or SocketException)
        {
            // tlsmgr was restarted: a client connects anew.
            _stop.Token.WaitHandle.WaitOne(WriteInterval);
        }
        catch (RigException fault)
        {
            lock (_lock)
            {
                _wrong.Add(fault.Message);
            }
        }
    }
}
