// The condition of one cache with its reason, for the log when it changes, and for administrators who ask.

using System;
using LightningDB;
using TlsMgr.Native.Lmdb;

namespace TlsMgr.Sessions;

/// <summary>The health of a cache, and the reason in words.</summary>
/// <param name="log">Receives each change once.</param>
/// <param name="clock">The monotonic clock.</param>
internal sealed class CacheCondition(CacheLog log, TimeProvider clock)
{
    private string _memoryReason = "";
    private long _lastFaultTimestamp;

    /// <summary>What the log was told last.</summary>
    internal CacheHealth Health { get; private set; }

    /// <summary>Why it is not healthy; empty when it is.</summary>
    internal string Reason { get; private set; } = "";

    /// <summary>The cache cannot be used, and the administrator wanted that.</summary>
    internal void SwitchOff(string reason) => Set(CacheHealth.Off, reason);

    /// <summary>The cache cannot be used until the next start.</summary>
    internal void Fail(string reason)
    {
        Set(CacheHealth.Off, reason);
        log.Unavailable(reason);
    }

    /// <summary>The cache has no file.</summary>
    internal void HoldInMemory(string reason)
    {
        _memoryReason = reason;
        Set(CacheHealth.InMemory, reason);
        log.HeldInMemory(reason);
    }

    /// <summary>A read or change failed, or a turn's changes could not be committed.</summary>
    internal void Fault(MDBResultCode code, SessionStore? store)
    {
        _lastFaultTimestamp = clock.GetTimestamp();
        if (Health == CacheHealth.Off)
        {
            return;
        }

        if (store is { IsBroken: true })
        {
            Set(CacheHealth.Off, code.Describe());
            log.Failed(Reason);
        }
        else if (Health != CacheHealth.Degraded)
        {
            Set(CacheHealth.Degraded, store is { IsFull: true }
                ? $"{code.Describe()} -- new sessions are not kept until old ones expire"
                : $"{code.Describe()} -- sessions are not kept for now");
            log.Degraded(Reason);
        }
    }

    /// <summary>Changes were committed: reports after a time without a fault that the cache works again.</summary>
    internal void Committed()
    {
        if (Health == CacheHealth.Degraded
            && clock.GetElapsedTime(_lastFaultTimestamp).TotalSeconds >= CacheLimits.RecoverySeconds)
        {
            Set(_memoryReason.Length > 0 ? CacheHealth.InMemory : CacheHealth.Healthy, _memoryReason);
            log.Recovered();
        }
    }

    private void Set(CacheHealth health, string reason)
    {
        Health = health;
        Reason = reason;
    }
}
