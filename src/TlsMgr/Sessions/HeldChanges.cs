// Changes of a cache whose file is being examined. They are made when the cache is ready, in their order, and only then
// is one of them reported as done; a client that waits for it longer than a moment gets a fault, and its change is made
// all the same. The memory for sessions is locked, and erased when the changes were made.

using System;
using System.Collections.Generic;
using TlsMgr.Native.Libc;

namespace TlsMgr.Sessions;

/// <summary>A bounded list of stores and deletes.</summary>
/// <param name="clock">The monotonic clock.</param>
internal sealed class HeldChanges(TimeProvider clock) : IDisposable
{
    private readonly List<HeldChange> _changes = new(CacheLimits.HeldChanges);
    private LockedMemory? _memory;
    private int _usedBytes;

    /// <summary>Whether changes are held; false once they were made, or given up.</summary>
    internal bool IsHolding { get; private set; } = true;

    /// <summary>The number of the last change.</summary>
    internal int Last => _changes.Count - 1;

    /// <summary>Adds a change. Returns Held, or a fault when there is no space or memory for it.</summary>
    /// <param name="id">The cache id.</param>
    /// <param name="session">The session; ignored by a delete.</param>
    /// <param name="isDelete">Whether the session is removed.</param>
    internal CacheResult Add(ReadOnlySpan<byte> id, ReadOnlySpan<byte> session, bool isDelete)
    {
        _memory ??= IsHolding ? LockedMemory.TryAllocate(CacheLimits.HeldBytes) : null;
        if (!IsHolding || _memory is null || _changes.Count == CacheLimits.HeldChanges
            || (long)id.Length + session.Length > CacheLimits.HeldBytes - _usedBytes)
        {
            return CacheResult.Fault;
        }

        id.CopyTo(_memory.Span[_usedBytes..]);
        session.CopyTo(_memory.Span[(_usedBytes + id.Length)..]);
        _changes.Add(new HeldChange(_usedBytes, id.Length, session.Length, isDelete, clock.GetTimestamp()));
        _usedBytes += id.Length + session.Length;
        return CacheResult.Held;
    }

    /// <summary>Makes the changes in a cache that is ready, and commits them.</summary>
    internal void MakeIn(SessionCache cache)
    {
        for (int i = 0; i < _changes.Count; i++)
        {
            HeldChange change = _changes[i];
            ReadOnlySpan<byte> id = _memory!.Span.Slice(change.Offset, change.IdBytes);
            CacheResult result = change.IsDelete
                ? cache.Delete(id)
                : cache.Store(id, _memory.Span.Slice(change.Offset + change.IdBytes, change.SessionBytes));
            _changes[i] = change with { Result = result };
        }

        if (_changes.Count > 0)
        {
            cache.EndTurn();
        }

        End(areLost: cache.LastTurnFailed);
    }

    /// <summary>Gives all changes up: the cache is off.</summary>
    internal void GiveUp() => End(areLost: true);

    /// <summary>
    /// The result of a change: <see cref="CacheResult.Held"/> until it was made, or a client has waited too long.
    /// </summary>
    internal CacheResult FindResult(int number)
    {
        HeldChange change = _changes[number];
        if (!IsHolding)
        {
            return change.Result;
        }

        return clock.GetElapsedTime(change.Since).TotalMilliseconds < CacheLimits.HeldReplyMilliseconds
            ? CacheResult.Held
            : CacheResult.Fault;
    }

    /// <summary>Erases and releases the memory.</summary>
    public void Dispose() => _memory?.Dispose();

    private void End(bool areLost)
    {
        IsHolding = false;
        Dispose();
        for (int i = 0; i < _changes.Count && areLost; i++)
        {
            _changes[i] = _changes[i] with { Result = CacheResult.Fault };
        }
    }

    private readonly record struct HeldChange(int Offset, int IdBytes, int SessionBytes, bool IsDelete, long Since)
    {
        internal CacheResult Result { get; init; }
    }
}
