// Clients that send one request after the other for a while, each on a thread and a connection of its own, as the
// programs of Postfix do.

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;

namespace TlsMgr.Control.Client;

/// <summary>What a run of one kind of request showed.</summary>
/// <param name="Name">The request.</param>
/// <param name="Count">How many were answered.</param>
/// <param name="PerSecond">How many a second, all clients together.</param>
/// <param name="MedianMilliseconds">Half of the replies took less.</param>
/// <param name="Percentile99Milliseconds">99 of 100 took less.</param>
/// <param name="LongestMilliseconds">The slowest.</param>
internal sealed record LoadResult(
    string Name, long Count, long PerSecond, double MedianMilliseconds, double Percentile99Milliseconds,
    double LongestMilliseconds);

/// <summary>Makes load.</summary>
internal static class LoadRun
{
    /// <summary>Runs the clients for some time.</summary>
    /// <exception cref="NoAnswerException">One of them got no answer.</exception>
    internal static LoadResult Execute(
        string path, string name, Action<ServiceConnection> send, int clientCount, TimeSpan duration)
    {
        Client[] clients = [.. Enumerable.Range(0, clientCount).Select(_ => new Client(path, send, duration))];
        long start = Stopwatch.GetTimestamp();
        Thread[] threads = [.. clients.Select(client => new Thread(client.Run))];
        foreach (Thread thread in threads)
        {
            thread.Start();
        }

        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        foreach (Client client in clients)
        {
            if (client.Fault is { } fault)
            {
                throw fault;
            }
        }

        double[] times = [.. clients.SelectMany(client => client.Milliseconds).Order()];
        return new LoadResult(
            name, times.Length, (long)(times.Length / elapsed.TotalSeconds), times[times.Length / 2],
            times[(int)(times.Length * 0.99)], times[^1]);
    }

    private sealed class Client(string path, Action<ServiceConnection> send, TimeSpan duration)
    {
        internal List<double> Milliseconds { get; } = [];

        internal NoAnswerException? Fault { get; private set; }

        internal void Run()
        {
            try
            {
                using ServiceConnection connection = ServiceConnection.Open(path);
                long start = Stopwatch.GetTimestamp();
                do
                {
                    send(connection);
                    Milliseconds.Add(connection.ReplyTime.TotalMilliseconds);
                }
                while (Stopwatch.GetElapsedTime(start) < duration);
            }
            catch (NoAnswerException fault)
            {
                Fault = fault;
            }
        }
    }
}
