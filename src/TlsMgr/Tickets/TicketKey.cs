// One session ticket key (RFC 5077). Its bytes stay in locked memory, and are erased when the key is done with. Must
// never be logged.

using System;
using TlsMgr.Native.Libc;

namespace TlsMgr.Tickets;

/// <summary>A ticket key: a public name, and two secrets that encrypt and authenticate tickets.</summary>
public sealed class TicketKey : IDisposable
{
    /// <summary>Length of the name in bytes.</summary>
    public const int NameBytes = 16;

    /// <summary>Length of each secret in bytes.</summary>
    public const int SecretBytes = 32;

    private readonly LockedMemory _bytes = new(NameBytes + SecretBytes + SecretBytes);

    /// <summary>Makes a key that is still to be filled.</summary>
    /// <param name="encryptUntil">The last second in which it encrypts, since 1970.</param>
    public TicketKey(long encryptUntil) => EncryptUntil = encryptUntil;

    /// <summary>The last second in which it encrypts, since 1970.</summary>
    public long EncryptUntil { get; }

    /// <summary>All of it: name, cipher key, MAC key.</summary>
    public Span<byte> Bytes => _bytes.Span;

    /// <summary>What tickets name it by.</summary>
    public ReadOnlySpan<byte> Name => Bytes[..NameBytes];

    /// <summary>Encrypts tickets.</summary>
    public ReadOnlySpan<byte> CipherKey => Bytes.Slice(NameBytes, SecretBytes);

    /// <summary>Authenticates tickets.</summary>
    public ReadOnlySpan<byte> MacKey => Bytes.Slice(NameBytes + SecretBytes, SecretBytes);

    /// <summary>Erases it.</summary>
    public void Dispose() => _bytes.Dispose();
}
