// Operations are logged with the texts of Postfix's tlsmgr, in its order, and only at log levels that enable them.
// Invariant: no session data is logged, only ids, times and sizes.

using System;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Sessions;

/// <summary>The log lines of one cache.</summary>
/// <param name="log">The log.</param>
/// <param name="name">The cache type: <c>smtpd</c>.</param>
/// <param name="database">The database, TYPE:PATH.</param>
/// <param name="logsOperations">Whether operations are logged in addition to faults.</param>
internal sealed class CacheLog(Log log, string name, string database, bool logsOperations)
{
    private long _evicted;

    internal void Open()
    {
        if (logsOperations)
        {
            log.Info($"open {name} TLS cache {database}");
        }
    }

    internal void StartSweep()
    {
        if (logsOperations)
        {
            log.Info($"tlsmgr_cache_run_event: start TLS {name} session cache cleanup");
        }
    }

    internal void Lookup(ReadOnlySpan<byte> id)
    {
        if (logsOperations)
        {
            log.Info($"lookup {name} session id={PrintableText.FromBytes(id)}");
        }
    }

    internal void Read(ReadOnlySpan<byte> id, long timeSeconds, int lengthBytes)
    {
        if (logsOperations)
        {
            LogEntry("read", id, timeSeconds, lengthBytes);
        }
    }

    internal void Put(ReadOnlySpan<byte> id, int lengthBytes)
    {
        if (logsOperations)
        {
            log.Info($"put {name} session id={PrintableText.FromBytes(id)} [data {lengthBytes} bytes]");
        }
    }

    internal void Write(ReadOnlySpan<byte> id, long timeSeconds, int lengthBytes)
    {
        if (logsOperations)
        {
            LogEntry("write", id, timeSeconds, lengthBytes);
        }
    }

    internal void Delete(ReadOnlySpan<byte> id)
    {
        if (logsOperations)
        {
            log.Info($"delete {name} session id={PrintableText.FromBytes(id)}");
        }
    }

    /// <summary>Logs that the cache cannot be opened, in the two lines of Postfix.</summary>
    internal void Unavailable(string reason)
    {
        log.Error(reason);
        log.Warning($"{database} is unavailable. {reason}");
    }

    /// <summary>Logs that a cache has no file, and why.</summary>
    internal void HeldInMemory(string reason) => log.Warning(
        $"{database}: {reason} -- the {name} sessions are held in memory, and end with this process");

    internal void Degraded(string reason) => log.Warning($"{name} TLS cache {database}: {reason}");

    internal void Recovered() => log.Info($"{name} TLS cache {database}: works again");

    internal void Failed(string reason) =>
        log.Error($"{name} TLS cache {database}: {reason} -- off until tlsmgr is started again");

    internal void CountEvicted(int sessions) => _evicted += sessions;

    /// <summary>Writes a line for the evictions that were counted since the last one.</summary>
    internal void WriteEvicted()
    {
        if (_evicted > 0)
        {
            log.Info($"{name} TLS cache {database}: limit reached: {_evicted} sessions removed before their time");
            _evicted = 0;
        }
    }

    internal void Damaged() => log.Warning($"{name} TLS cache {database}: a session is damaged -- removed");

    private void LogEntry(string verb, ReadOnlySpan<byte> id, long timeSeconds, int lengthBytes) => log.Info(
        $"{verb} {name} TLS cache entry {PrintableText.FromBytes(id)}: time={timeSeconds} [data {lengthBytes} bytes]");
}
