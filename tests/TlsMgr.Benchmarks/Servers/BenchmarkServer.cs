// A server that is being measured: its directories, its master, and somebody who reads what it reports and logs.

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Threading;
using TlsMgr.Testing;

namespace TlsMgr.Benchmarks.Servers;

/// <summary>A running server.</summary>
internal sealed class BenchmarkServer : IDisposable
{
    /// <summary>
    /// The status channel and the log are read this often, and not with each message: to be woken is what costs, and the
    /// original would pay for it.
    /// </summary>
    private static readonly TimeSpan DrainPause = TimeSpan.FromMilliseconds(1);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly DaemonDirectories _directories;
    private readonly PostlogSocket _log;
    private readonly FakeMaster _master;
    private readonly Thread _drain;
    private readonly List<string> _records = [];
    private volatile bool _ends;

    /// <summary>Starts a server.</summary>
    /// <param name="definition">Which.</param>
    /// <param name="isOnDisk">
    /// Whether its files are on disk, or in memory, where the original has nothing to wait for.
    /// </param>
    /// <param name="mainCf">More lines for main.cf.</param>
    internal BenchmarkServer(ServerDefinition definition, bool isOnDisk = true, params string[] mainCf)
    {
        Definition = definition;
        DirectoryInfo root = isOnDisk
            ? Directory.CreateTempSubdirectory("tlsmgr-benchmark-")
            : Directory.CreateDirectory(Path.Combine("/dev/shm", $"tlsmgr-benchmark-{Path.GetRandomFileName()}"));
        _directories = new DaemonDirectories(root, definition.MainCf(mainCf));
        // The original waits until main.cf is two seconds old.
        File.SetLastWriteTimeUtc(Path.Combine(_directories.Config, "main.cf"), DateTime.UnixEpoch);
        _log = new PostlogSocket(_directories.PostlogSocket);
        StartedAt = Stopwatch.GetTimestamp();
        _master = FakeMaster.Start(
            definition.Binary, _directories, definition.IsDaemon ? ServerDefinition.DaemonOptions : [],
            statusPause: DrainPause);
        _drain = new Thread(Drain) { Priority = ThreadPriority.Highest };
        _drain.Start();
    }

    internal ServerDefinition Definition { get; }

    /// <summary>When it was started, as a timestamp of <see cref="Stopwatch"/>.</summary>
    internal long StartedAt { get; private set; }

    internal int ProcessId => _master.Process.Id;

    internal string Socket => _directories.ServiceSocket;

    internal AttributeClient Connect() => _master.Connect(Patience);

    /// <summary>Ends the daemon and starts it anew with the files that it left.</summary>
    internal void StartAgain()
    {
        _master.HangUp();
        _ = _master.Process.WaitForExit(Patience) ?? throw new BenchmarkException($"{Definition.Name} does not end");
        StartedAt = Stopwatch.GetTimestamp();
        _master.StartAgain();
    }

    /// <summary>Ends the server.</summary>
    /// <exception cref="BenchmarkException">It logged something: the figures would not be honest.</exception>
    internal void End()
    {
        Dispose();
        if (_records.Count > 0)
        {
            throw new BenchmarkException($"{Definition.Name} logged: {string.Join("; ", _records)}");
        }
    }

    public void Dispose()
    {
        if (_ends)
        {
            return;
        }

        _ends = true;
        _drain.Join();
        _records.AddRange(_log.TakeTexts());
        _master.Dispose();
        _log.Dispose();
        File.Delete(_directories.PostlogSocket);
        _directories.Dispose();
    }

    private void Drain()
    {
        while (!_ends)
        {
            _records.AddRange(_log.TakeTexts());
            Thread.Sleep(DrainPause);
        }
    }
}
