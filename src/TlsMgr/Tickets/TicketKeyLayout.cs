// A ticket key on the wire is a C structure in native byte order, and the client checks its exact size:
//   Postfix 3.0 and later   name 16, cipher key 32, MAC key 32, time_t 8   88 bytes
//   Postfix 2.11            name 16, cipher key 16, MAC key 16, time_t 8   56 bytes

using System;
using System.Runtime.InteropServices;

namespace TlsMgr.Tickets;

/// <summary>How a Postfix version lays a ticket key out.</summary>
public sealed class TicketKeyLayout
{
    /// <summary>Postfix 3.0 and later.</summary>
    public static readonly TicketKeyLayout Current = new(secretBytes: 32);

    /// <summary>Postfix 2.11: shorter secrets.</summary>
    public static readonly TicketKeyLayout Postfix211 = new(secretBytes: 16);

    /// <summary>The size of the largest layout, in bytes.</summary>
    public const int LargestBytes = TicketKey.NameBytes + (2 * TicketKey.SecretBytes) + sizeof(long);

    private readonly int _secretBytes;

    private TicketKeyLayout(int secretBytes) => _secretBytes = secretBytes;

    /// <summary>Size of a key, in bytes.</summary>
    public int SizeBytes => TicketKey.NameBytes + (2 * _secretBytes) + sizeof(long);

    /// <summary>Writes a key into <paramref name="room"/>, which has <see cref="SizeBytes"/> at least.</summary>
    public void Write(TicketKey key, Span<byte> room)
    {
        key.Name.CopyTo(room);
        room = room[TicketKey.NameBytes..];
        key.CipherKey[.._secretBytes].CopyTo(room);
        room = room[_secretBytes..];
        key.MacKey[.._secretBytes].CopyTo(room);
        room = room[_secretBytes..];
        long encryptUntil = key.EncryptUntil;
        MemoryMarshal.Write(room, encryptUntil);
    }
}
