using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Runtime.ExceptionServices;
using System.Threading;

namespace TlsMgr.Control.Client;

/// <summary>
/// Concurrent clients, each with a thread and a connection of its own as the programs of Postfix have, that send one
/// request after the other.
/// </summary>
internal static class LoadRun
{
    /// <summary>Runs the clients for some time.</summary>
    /// <exception cref="NoReplyException">A client received no reply.</exception>
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
            client.Fault?.Throw();
        }

        double[] times = [.. clients.SelectMany(client => client.Milliseconds).Order()];
        return new LoadResult(
            name, times.Length, (long)(times.Length / elapsed.TotalSeconds), times[times.Length / 2],
            times[(int)(times.Length * 0.99)], times[^1]);
    }

    private sealed class Client(string path, Action<ServiceConnection> send, TimeSpan duration)
    {
        internal List<double> Milliseconds { get; } = [];

        internal ExceptionDispatchInfo? Fault { get; private set; }

        /// <summary>The body of the thread: an exception that left it would end the process.</summary>
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
            catch (Exception fault)
            {
                Fault = ExceptionDispatchInfo.Capture(fault);
            }
        }
    }
}
