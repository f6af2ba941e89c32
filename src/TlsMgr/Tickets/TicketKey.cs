// One session ticket key (RFC 5077). Invariant: its secrets are in locked memory only, are never logged, and are erased
// by Dispose.

using System;
using TlsMgr.Native.Libc;

namespace TlsMgr.Tickets;

/// <summary>A ticket key: a public name and two secrets, which encrypt and authenticate tickets.</summary>
public sealed class TicketKey : IDisposable
{
    /// <summary>Length of the name in bytes.</summary>
    public const int NameBytes = 16;

    /// <summary>Length of each secret in bytes.</summary>
    public const int SecretBytes = 32;

    private readonly LockedMemory _bytes = new(NameBytes + SecretBytes + SecretBytes);

    /// <summary>Creates a key whose bytes are zero; the caller fills them.</summary>
    /// <param name="encryptUntil">The last second in which the key encrypts, since 1970.</param>
    /// <param name="createdTimestamp">When the key is created, as a timestamp of the monotonic clock.</param>
    public TicketKey(long encryptUntil, long createdTimestamp)
    {
        EncryptUntil = encryptUntil;
        CreatedTimestamp = createdTimestamp;
    }

    /// <summary>The last second in which the key encrypts, since 1970.</summary>
    public long EncryptUntil { get; private set; }

    /// <summary>When the key was created, as a timestamp of the monotonic clock.</summary>
    internal long CreatedTimestamp { get; }

    /// <summary>Name, cipher key and MAC key, in this order.</summary>
    public Span<byte> Bytes => _bytes.Span;

    /// <summary>The public name by which tickets refer to the key.</summary>
    public ReadOnlySpan<byte> Name => Bytes[..NameBytes];

    /// <summary>The secret that encrypts tickets.</summary>
    public ReadOnlySpan<byte> CipherKey => Bytes.Slice(NameBytes, SecretBytes);

    /// <summary>The secret that authenticates tickets.</summary>
    public ReadOnlySpan<byte> MacKey => Bytes.Slice(NameBytes + SecretBytes, SecretBytes);

    /// <summary>Lets the key's time to encrypt end before a second since 1970; an earlier end stays.</summary>
    internal void RetireBefore(long second) => EncryptUntil = long.Min(EncryptUntil, second - 1);

    /// <summary>Erases the key.</summary>
    public void Dispose() => _bytes.Dispose();
}
