using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace TlsMgr.Rig;

/// <summary>Runs what mostly waits at the same time, each on a thread of its own.</summary>
internal static class SideBySide
{
    /// <summary>Runs all, and waits for all; the first exception is thrown then.</summary>
    internal static void Run(params IEnumerable<Action> actions)
    {
        Task[] tasks = [.. actions.Select(static action => Task.Factory.StartNew(
            action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        Task.WhenAll(tasks).GetAwaiter().GetResult();
    }
}
