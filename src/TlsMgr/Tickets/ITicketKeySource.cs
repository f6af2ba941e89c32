using System;
using System.Collections.Generic;

namespace TlsMgr.Tickets;

/// <summary>A source of ticket keys: random ones, or those that the hosts of a pool derive.</summary>
public interface ITicketKeySource
{
    /// <summary>The key that encrypts now, or null when this source has none.</summary>
    TicketKey? GetCurrent();

    /// <summary>The key of a name if it still decrypts, otherwise null.</summary>
    TicketKey? Find(ReadOnlySpan<byte> name);

    /// <summary>The public properties of the keys that decrypt.</summary>
    IEnumerable<TicketKeyStatus> Describe();
}
