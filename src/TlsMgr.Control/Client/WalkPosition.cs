// list and flush walk through a cache, one request after the other. Positions are keys of LMDB in their order: one that
// does not lie behind the position before would never end the walk.

using System;

namespace TlsMgr.Control.Client;

/// <summary>How far a walk through a cache has come.</summary>
internal sealed class WalkPosition
{
    /// <summary>The longest key of LMDB: the daemon accepts no longer position.</summary>
    private const int MaximumKeyBytes = 511;

    /// <summary>A walk through the largest caches takes some thousand steps.</summary>
    private const int MaximumSteps = 1 << 20;

    private int _steps;

    /// <summary>Where the next request starts; empty before the first step and after the last.</summary>
    internal byte[] Key { get; private set; } = [];

    /// <summary>Whether the walk cannot begin yet, because the file of the cache is being examined.</summary>
    internal bool IsTooEarly { get; set; }

    /// <summary>Why the daemon refuses the first step.</summary>
    internal string Refusal => IsTooEarly ? "is being examined -- try again later" : "is off";

    /// <summary>Whether the walk has reached the end of the cache.</summary>
    internal bool IsAtEnd => _steps > 0 && Key.Length == 0;

    /// <summary>Takes the position that a reply names.</summary>
    /// <returns>Why the walk cannot go on from there; null when it can or is done.</returns>
    internal string? Advance(byte[] next)
    {
        string? fault = next.Length == 0 ? null
            : next.Length > MaximumKeyBytes ? "next is too long"
            : next.AsSpan().SequenceCompareTo(Key) <= 0 ? "next does not lie behind the position before"
            : _steps >= MaximumSteps ? "the walk does not end"
            : null;
        _steps++;
        Key = next;
        return fault;
    }
}
