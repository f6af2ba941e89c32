using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Threading;
using TlsMgr.Testing;

namespace TlsMgr.Benchmarks.Servers;

/// <summary>A running server with its directories, its master and the readers of its status messages and log.</summary>
internal sealed class BenchmarkServer : IDisposable
{
    /// <summary>
    /// The interval at which the status channel and the log are read. A reader that every message wakes would add its
    /// cost to Postfix's tlsmgr, which reports each request.
    /// </summary>
    private static readonly TimeSpan DrainInterval = TimeSpan.FromMilliseconds(1);

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly DaemonDirectories _directories;
    private readonly PostlogSocket _log;
    private readonly FakeMaster _master;
    private readonly Thread _drain;
    private readonly List<string> _records = [];
    private volatile bool _isStopped;

    /// <summary>Starts a server.</summary>
    /// <param name="definition">The server.</param>
    /// <param name="isOnDisk">
    /// Whether its files are on disk; otherwise in memory, where Postfix's tlsmgr does not wait for flushes.
    /// </param>
    /// <param name="mainCf">Additional lines of main.cf.</param>
    internal BenchmarkServer(ServerDefinition definition, bool isOnDisk = true, params string[] mainCf)
    {
        Definition = definition;
        DirectoryInfo root = isOnDisk
            ? Directory.CreateTempSubdirectory("tlsmgr-benchmark-")
            : Directory.CreateDirectory(Path.Combine("/dev/shm", $"tlsmgr-benchmark-{Path.GetRandomFileName()}"));
        _directories = new DaemonDirectories(root, definition.MainCf(mainCf), definition.Owner);
        // Postfix's tlsmgr waits until main.cf is two seconds old.
        File.SetLastWriteTimeUtc(Path.Combine(_directories.Config, "main.cf"), DateTime.UnixEpoch);
        File.WriteAllLines(Path.Combine(_directories.Config, "master.cf"), ServerDefinition.MasterCf);
        definition.Prepare?.Invoke(_directories);
        _log = new PostlogSocket(_directories.PostlogSocket);
        StartedAt = Stopwatch.GetTimestamp();
        _master = FakeMaster.Start(
            definition.Binary, _directories, definition.Options, statusPause: DrainInterval);
        _drain = new Thread(Drain) { Priority = ThreadPriority.Highest };
        _drain.Start();
    }

    internal ServerDefinition Definition { get; }

    /// <summary>The time of the last start, as a timestamp of <see cref="Stopwatch"/>.</summary>
    internal long StartedAt { get; private set; }

    internal int ProcessId => _master.Process.Id;

    internal string Socket => _directories.ServiceSocket;

    internal AttributeClient Connect() => _master.Connect(Timeout);

    /// <summary>The file of a cache.</summary>
    internal string CacheFile(string cache) => Path.Combine(_directories.Data, $"{cache}_scache.lmdb");

    /// <summary>Stops the daemon and starts it again with the files it left.</summary>
    internal void Restart()
    {
        Stop();
        Start();
    }

    /// <summary>Stops the daemon as a reload does; clients may connect before the next one starts.</summary>
    internal void Stop()
    {
        _master.HangUp();
        _ = _master.Process.WaitForExit(Timeout) ?? throw new BenchmarkException($"{Definition.Name} does not exit");
    }

    /// <summary>Starts the daemon again with the files it left.</summary>
    internal void Start()
    {
        StartedAt = Stopwatch.GetTimestamp();
        _master.StartAgain();
    }

    /// <summary>Stops the server.</summary>
    /// <exception cref="BenchmarkException">It logged something: its figures are not comparable.</exception>
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
        if (_isStopped)
        {
            return;
        }

        _isStopped = true;
        _drain.Join();
        _records.AddRange(_log.TakeTexts());
        _master.Dispose();
        _log.Dispose();
        File.Delete(_directories.PostlogSocket);
        _directories.Dispose();
    }

    private void Drain()
    {
        while (!_isStopped)
        {
            _records.AddRange(_log.TakeTexts());
            Thread.Sleep(DrainInterval);
        }
    }
}
