using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;

namespace TlsMgr.Testing.Load;

/// <summary>The load of a busy mail system, by clients that check each reply. Fault tests run under it.</summary>
public sealed class MixedLoad : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<LoadClient> _clients = [];
    private readonly List<Thread> _threads = [];

    private MixedLoad()
    {
    }

    /// <summary>The number of replies so far.</summary>
    public long Requests => _clients.Sum(client => client.Requests);

    /// <summary>Starts the clients.</summary>
    /// <param name="socket">The path of the service socket; the daemon may be slow, or absent for a while.</param>
    /// <param name="settings">Requests and accepted faults.</param>
    public static MixedLoad Start(string socket, LoadSettings settings)
    {
        MixedLoad load = new();
        for (int i = 0; i < settings.Clients; i++)
        {
            LoadClient client = new(socket, settings, settings.FirstClient + i);
            Thread thread = new(() => client.Run(load._stop.Token)) { IsBackground = true };
            load._clients.Add(client);
            load._threads.Add(thread);
            thread.Start();
        }

        return load;
    }

    /// <summary>Waits until the clients have got that many more replies, or one is wrong.</summary>
    /// <exception cref="TimeoutException">They did not get them in time.</exception>
    public void WaitForRequests(long count, TimeSpan timeout)
    {
        long target = Requests + count;
        long start = Stopwatch.GetTimestamp();
        while (Requests < target && _clients.TrueForAll(client => client.Wrong.Count == 0))
        {
            if (Stopwatch.GetElapsedTime(start) > timeout)
            {
                throw new TimeoutException($"{target - Requests} of {count} requests got no reply: {new LoadReport(_clients)}");
            }

            Thread.Yield();
            Thread.Sleep(1);
        }
    }

    /// <summary>Stops the clients; returns the results.</summary>
    public LoadReport Stop()
    {
        _stop.Cancel();
        _threads.ForEach(thread => thread.Join());
        return new LoadReport(_clients);
    }

    public void Dispose()
    {
        Stop();
        _stop.Dispose();
    }
}
