// One session ticket key (RFC 5077). Its bytes stay in one pinned array, so that no copy is left behind by the
// collector, and are erased when the key is done with. Must never be logged.

using System;
using System.Security.Cryptography;

namespace TlsMgr.Tickets;

/// <summary>A ticket key: a public name, and two secrets that encrypt and authenticate tickets.</summary>
public sealed class TicketKey : IDisposable
{
    /// <summary>Length of the name in bytes.</summary>
    public const int NameBytes = 16;

    /// <summary>Length of each secret in bytes.</summary>
    public const int SecretBytes = 32;

    private readonly byte[] _bytes = GC.AllocateArray<byte>(NameBytes + SecretBytes + SecretBytes, pinned: true);

    /// <summary>Makes a key that is still to be filled.</summary>
    /// <param name="encryptUntil">The last second in which it encrypts, since 1970.</param>
    public TicketKey(long encryptUntil) => EncryptUntil = encryptUntil;

    /// <summary>The last second in which it encrypts, since 1970.</summary>
    public long EncryptUntil { get; }

    /// <summary>All of it: name, cipher key, MAC key.</summary>
    public Span<byte> Bytes => _bytes;

    /// <summary>What tickets name it by.</summary>
    public ReadOnlySpan<byte> Name => _bytes.AsSpan(0, NameBytes);

    /// <summary>Encrypts tickets.</summary>
    public ReadOnlySpan<byte> CipherKey => _bytes.AsSpan(NameBytes, SecretBytes);

    /// <summary>Authenticates tickets.</summary>
    public ReadOnlySpan<byte> MacKey => _bytes.AsSpan(NameBytes + SecretBytes, SecretBytes);

    /// <summary>Erases it.</summary>
    public void Dispose() => CryptographicOperations.ZeroMemory(_bytes);
}
