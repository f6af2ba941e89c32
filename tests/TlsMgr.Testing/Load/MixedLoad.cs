// A load as that of a busy mail system, by clients that know which answers are right. Tests of faults run under it.

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;

namespace TlsMgr.Testing.Load;

/// <summary>Clients at work until they are told to stop.</summary>
public sealed class MixedLoad : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<LoadClient> _clients = [];
    private readonly List<Thread> _threads = [];

    private MixedLoad()
    {
    }

    /// <summary>Requests answered so far.</summary>
    public long Requests => _clients.Sum(client => client.Requests);

    /// <summary>Starts the clients.</summary>
    /// <param name="socket">The daemon's service socket; it may be slow, or gone for a while.</param>
    /// <param name="settings">What they do.</param>
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

    /// <summary>Lets the clients work until they have got that many more answers.</summary>
    /// <exception cref="TimeoutException">They did not get them in time.</exception>
    public void WaitForRequests(long count, TimeSpan patience)
    {
        long target = Requests + count;
        long start = Stopwatch.GetTimestamp();
        while (Requests < target && _clients.TrueForAll(client => client.Wrong.Count == 0))
        {
            if (Stopwatch.GetElapsedTime(start) > patience)
            {
                throw new TimeoutException($"{target - Requests} of {count} requests were not answered: {new LoadReport(_clients)}");
            }

            Thread.Yield();
            Thread.Sleep(1);
        }
    }

    /// <summary>Stops the clients and tells what they saw.</summary>
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
