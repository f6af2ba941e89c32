// The ticket keys of the service. Keys of a pool come first; where there is no pool, or its keys cannot be had now,
// they are random. Keys of both decrypt: a pool may have begun or ended a moment ago.

using System;
using System.Collections.Generic;
using System.Linq;

namespace TlsMgr.Tickets;

/// <summary>All sources of ticket keys.</summary>
/// <param name="ring">Random keys.</param>
public sealed class TicketKeys(TicketKeyRing ring) : ITicketKeySource
{
    /// <summary>The random keys.</summary>
    public TicketKeyRing Ring => ring;

    /// <summary>The keys of a pool; null without one.</summary>
    public PoolTicketKeys? Pool { get; set; }

    /// <summary>Whether tickets are enabled.</summary>
    public bool IsEnabled => ring.IsEnabled;

    /// <inheritdoc/>
    public TicketKey? GetCurrent() => Pool?.GetCurrent() ?? ring.GetCurrent();

    /// <inheritdoc/>
    public TicketKey? Find(ReadOnlySpan<byte> name)
    {
        TicketKey? key = Pool?.Find(name) ?? ring.Find(name);
        if (key is null)
        {
            Pool?.CountUnknown();
        }

        return key;
    }

    /// <inheritdoc/>
    public IEnumerable<TicketKeyStatus> Describe() => Pool is null
        ? ring.Describe()
        : Pool.Describe().Concat(ring.Describe());
}
