using System;
using TlsMgr.Native.Libc;
using TlsMgr.Tickets.Pool;

namespace TlsMgr.Tickets;

/// <summary>A pool, and what its ticket keys are bound to.</summary>
/// <param name="Name">The name of the pool.</param>
/// <param name="StateFile">The path of its state.</param>
/// <param name="SkewSeconds">The allowed difference of clocks.</param>
/// <param name="SecretBytes">The size of a secret on the wire: 32, or 16 before Postfix 3.0.</param>
/// <param name="Cipher">tls_session_ticket_cipher.</param>
/// <param name="PolicyDigest">The pool digest, 32 bytes.</param>
public sealed record PoolTicketSettings(
    string Name, string StateFile, int SkewSeconds, int SecretBytes, string Cipher, byte[] PolicyDigest)
{
    /// <summary>Why no key of the pool may be used, such as a policy that is not known; empty when they may.</summary>
    public string Objection { get; init; } = "";

    /// <summary>Whether sessions are shared under the secrets too, whatever is objected to ticket keys.</summary>
    public bool SharesSessions { get; init; }

    /// <summary>Which boot of the machine this is: see <see cref="BootIdentity"/>, which the jail hides.</summary>
    public string BootId { get; init; } = "";

    /// <summary>By which the inputs of the policy can be compared with those of later; empty for none.</summary>
    public byte[] PolicyRecord { get; init; } = [];

    /// <summary>The seconds since the machine's start.</summary>
    public Func<long> BootSeconds { get; init; } = BootIdentity.ReadSeconds;

    /// <summary>The clocks at a time of day.</summary>
    internal PoolClockMark ReadClocks(long now) => PoolClockMark.Of(now, BootSeconds(), BootId);
}
