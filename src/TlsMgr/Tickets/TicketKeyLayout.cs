// A ticket key on the wire is a C structure in native byte order, and the client checks its exact size:
//   Postfix 3.0 and later   name 16, cipher key 32, MAC key 32, time_t 8   88 bytes
//   Postfix 2.11            name 16, cipher key 16, MAC key 16, time_t 8   56 bytes

using System;
using System.Runtime.InteropServices;

namespace TlsMgr.Tickets;

/// <summary>The layout of a ticket key on the wire in one range of Postfix versions.</summary>
public sealed class TicketKeyLayout
{
    /// <summary>The layout of Postfix 3.0 and later.</summary>
    public static readonly TicketKeyLayout Current = new(secretBytes: 32);

    /// <summary>The layout of Postfix 2.11, with shorter secrets.</summary>
    public static readonly TicketKeyLayout Postfix211 = new(secretBytes: 16);

    /// <summary>The size of the largest layout, in bytes.</summary>
    public const int MaximumBytes = TicketKey.NameBytes + (2 * TicketKey.SecretBytes) + sizeof(long);

    private readonly int _secretBytes;

    private TicketKeyLayout(int secretBytes) => _secretBytes = secretBytes;

    /// <summary>The size of a key in this layout, in bytes.</summary>
    public int SizeBytes => TicketKey.NameBytes + (2 * _secretBytes) + sizeof(long);

    /// <summary>Writes a key into a destination of at least <see cref="SizeBytes"/>.</summary>
    public void Write(TicketKey key, Span<byte> destination)
    {
        key.Name.CopyTo(destination);
        destination = destination[TicketKey.NameBytes..];
        key.CipherKey[.._secretBytes].CopyTo(destination);
        destination = destination[_secretBytes..];
        key.MacKey[.._secretBytes].CopyTo(destination);
        destination = destination[_secretBytes..];
        long encryptUntil = key.EncryptUntil;
        MemoryMarshal.Write(destination, encryptUntil);
    }
}
