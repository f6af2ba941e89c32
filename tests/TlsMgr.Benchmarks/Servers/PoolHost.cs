using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using TlsMgr.Native.Libc;
using TlsMgr.Testing;
using TlsMgr.Tickets.Pool;

namespace TlsMgr.Benchmarks.Servers;

/// <summary>A host of a pool: tlsmgr and tlspool, each under a small master, in the directories of one Postfix.</summary>
internal sealed class PoolHost : IDisposable
{
    internal const string PoolName = "benchmark";
    private const int PeriodSeconds = 1800;
    private const int SkewSeconds = 300;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StatusPause = TimeSpan.FromMilliseconds(50);

    private readonly DaemonDirectories _directories;
    private readonly PostlogSocket _log;
    private readonly FakeMaster _pool;
    private readonly FakeMaster _manager;

    /// <summary>Starts both.</summary>
    /// <param name="binary">tlsmgr; tlspool is beside it.</param>
    /// <param name="stateFile">The state of the pool, which is copied.</param>
    /// <param name="port">The port of the server.</param>
    internal PoolHost(string binary, string stateFile, int port)
    {
        DirectoryInfo root = Directory.CreateTempSubdirectory("tlsmgr-benchmark-");
        string[] mainCf =
        [
            "smtpd_tls_session_cache_database = lmdb:${data_directory}/smtpd_scache",
            "smtp_tls_session_cache_database = lmdb:${data_directory}/smtp_scache",
            "lmtp_tls_session_cache_database = lmdb:${data_directory}/lmtp_scache",
            "lmdb_map_size = 67108864", "tls_ssl_options = NO_TICKET",
        ];
        DaemonDirectories ofPool = new(root, mainCf) { Program = "tlspool" };
        _directories = new DaemonDirectories(root, mainCf);
        File.WriteAllLines(
            Path.Combine(_directories.Config, "tlsmgr.cf"),
            [
                "tlsmgr_status_update_time = 0", $"tlsmgr_pool_name = {PoolName}",
                "tlsmgr_pool_caches = smtpd, smtp", $"tlspool_server = inet:127.0.0.1:{port}",
            ]);
        string state = Path.Combine(_directories.Data, "pool_state");
        File.Copy(stateFile, state);
        _directories.Own(state);
        _log = new PostlogSocket(_directories.PostlogSocket);
        _pool = FakeMaster.Start(
            Path.Combine(Path.GetDirectoryName(Path.GetFullPath(binary))!, "tlspool"), ofPool,
            ServerDefinition.DaemonOptions, statusPause: StatusPause);
        _directories.Own(ofPool.ServiceSocket);
        _manager = FakeMaster.Start(
            Path.GetFullPath(binary), _directories, ServerDefinition.DaemonOptions, statusPause: StatusPause);
    }

    internal int ManagerId => _manager.Process.Id;

    internal int PoolId => _pool.Process.Id;

    /// <summary>Processor time of both, in seconds.</summary>
    internal double ProcessorSeconds => SecondsOf(ManagerId) + SecondsOf(PoolId);

    /// <summary>Processor time of a process, in seconds.</summary>
    internal static double SecondsOf(int processId)
    {
        using Process process = Process.GetProcessById(processId);
        return process.TotalProcessorTime.TotalSeconds;
    }

    /// <summary>Makes the state of a pool.</summary>
    internal static void WriteState(string path, int ageSeconds)
    {
        long seconds = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - ageSeconds;
        PoolClockMark then = new(seconds, BootIdentity.ReadSeconds(), 1);
        using PoolState state = PoolState.Make(PoolName, new PoolPeriods(PeriodSeconds, SkewSeconds), then)!;
        if (PoolStateFile.Create(path, state, UserIdentity.EffectiveUserId, uint.MaxValue) is { } fault)
        {
            throw new BenchmarkException(fault);
        }
    }

    /// <summary>A connection of a mail process.</summary>
    internal AttributeClient Connect() => _manager.Connect(Timeout);

    /// <summary>Waits until tlspool uses the server.</summary>
    internal void AwaitServer() => _log.WaitFor(" is used", Timeout);

    /// <summary>What was logged since the last call.</summary>
    internal IReadOnlyList<string> TakeRecords() => _log.TakeTexts();

    public void Dispose()
    {
        _manager.Dispose();
        _pool.Dispose();
        _log.Dispose();
        File.Delete(_directories.PostlogSocket);
        _directories.Dispose();
    }
}
