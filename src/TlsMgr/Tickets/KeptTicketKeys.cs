// Ticket keys that outlive the process, but neither the machine's uptime nor a change of what decides about trust. They
// are in a key of the kernel's user keyring, sealed:
//
//   version u8 | sealed: for the current and for the previous key: encrypts until i64, created i64, 80 bytes
//
// An empty place is zero. A key is written when it is made, so that kill -9 loses none. The description names the
// instance by device and inode of data_directory: instances of one user have keys of their own.

using System;
using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using TlsMgr.Native.Libc;

namespace TlsMgr.Tickets;

/// <summary>The place where the keys of a ring are kept.</summary>
public sealed class KeptTicketKeys : IDisposable
{
    private const byte FormatVersion = 1;
    private const int KeyBytes = TicketKey.NameBytes + (2 * TicketKey.SecretBytes);
    private const int CreatedOffset = sizeof(long);
    private const int KeyOffset = 2 * sizeof(long);
    private const int PlaceBytes = KeyOffset + KeyBytes;
    private const int TextBytes = 2 * PlaceBytes;
    private const int PayloadBytes = 1 + TextBytes + TicketKeySeal.OverheadBytes;

    private readonly TicketKeySeal? _seal;
    private readonly byte[] _description;
    private readonly byte[] _context;

    /// <summary>Whether the kernel has not refused a call of its key service as such.</summary>
    private bool _hasService;

    private KeptTicketKeys(TicketKeySeal? seal, byte[] description, byte[] context, string fault)
    {
        _seal = seal;
        _description = description;
        _context = context;
        Fault = fault;
    }

    /// <summary>Why the keys of now would not outlive the process; empty when they would.</summary>
    public string Fault { get; private set; }

    /// <summary>Neither keeps keys nor touches those that are kept.</summary>
    /// <param name="reason">Why not.</param>
    public static KeptTicketKeys None(string reason) => new(null, [], [], reason);

    /// <summary>Opens the file of the seal, as the user who serves, before the jail.</summary>
    /// <param name="dataDirectory">data_directory.</param>
    /// <param name="context">
    /// What must be the same in the next process: the digest of what decides about trust, the layout of keys on the
    /// wire, their life.
    /// </param>
    /// <param name="objection">
    /// Why no keys may be kept, after which those of an earlier process are erased; empty when they may.
    /// </param>
    public static KeptTicketKeys Open(string dataDirectory, ReadOnlySpan<byte> context, string objection)
    {
        int result = FileStatus.OfPath(dataDirectory, out FileStatus status);
        if (result < 0)
        {
            return None($"{dataDirectory}: {Errno.Describe(result)}");
        }

        (ulong device, ulong inode) = status.Identity;
        byte[] description = Encoding.ASCII.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"tlsmgr:ticket_keys:{device:x}:{inode:x}\0"));
        string fault = objection;
        TicketKeySeal? seal = objection.Length > 0
            ? null
            : TicketKeySeal.Open($"{dataDirectory}/ticket_key_seal", out fault);
        return new KeptTicketKeys(
            seal, description, SHA256.HashData([.. "tlsmgr-ticket-keys/1"u8, .. description, .. context]), fault);
    }

    /// <summary>Keeps the keys in place of those kept before. A failure is in <see cref="Fault"/>.</summary>
    /// <param name="current">The current key.</param>
    /// <param name="previous">The previous key, or null.</param>
    /// <param name="seconds">The time after which no key of the two decrypts, 1 or more.</param>
    internal void Save(TicketKey current, TicketKey? previous, int seconds)
    {
        if (_seal is null)
        {
            return;
        }

        Span<byte> text = stackalloc byte[TextBytes];
        Span<byte> payload = stackalloc byte[PayloadBytes];
        try
        {
            text.Clear();
            Write(current, text);
            if (previous is not null)
            {
                Write(previous, text[PlaceBytes..]);
            }

            payload[0] = FormatVersion;
            _seal.Seal(text, _context, payload[1..]);
            int result = Note(KernelKeyring.Store(_description, payload, seconds));
            Fault = result < 0 ? Describe(result) : "";
        }
        catch (Exception fault) when (fault is CryptographicException or OutOfMemoryException)
        {
            // The keys serve as before; only the next process will not have them.
            Fault = fault.GetType().Name;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
        }
    }

    /// <summary>
    /// Reads the keys of the process before. False when there are none for this configuration; those of another one are
    /// erased, so that what was withdrawn stays withdrawn.
    /// </summary>
    internal bool TryLoad(out TicketKey? current, out TicketKey? previous)
    {
        current = null;
        previous = null;
        if (_seal is null)
        {
            TryErase();
            return false;
        }

        Span<byte> text = stackalloc byte[TextBytes];
        Span<byte> payload = stackalloc byte[PayloadBytes];
        int result = Note(KernelKeyring.Load(_description, payload));
        try
        {
            bool isOpen = result == PayloadBytes && payload[0] == FormatVersion
                && _seal.TryOpen(payload[1..], _context, text);
            if (isOpen)
            {
                current = Read(text);
                previous = Read(text[PlaceBytes..]);
            }
            else if (result >= 0)
            {
                TryErase();
            }
            else if (!IsAbsence(result))
            {
                Fault = Describe(result);
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
        }

        return current is not null;
    }

    /// <summary>
    /// Erases what is kept. False when that failed: see <see cref="Fault"/>. Where the kernel or an outer filter has
    /// refused the key service from the beginning, nothing is kept.
    /// </summary>
    internal bool TryErase()
    {
        int result = _description.Length == 0 ? 0 : Note(KernelKeyring.Remove(_description));
        bool isErased = result >= 0 || IsAbsence(result) || !_hasService;
        Fault = isErased || Fault.Length > 0 ? Fault : Describe(result);
        return isErased;
    }

    /// <summary>Erases the key of the seal; what is kept stays.</summary>
    public void Dispose() => _seal?.Dispose();

    private int Note(int result)
    {
        _hasService |= !Errno.IsRefusal(result);
        return result;
    }

    private static void Write(TicketKey key, Span<byte> place)
    {
        BinaryPrimitives.WriteInt64LittleEndian(place, key.EncryptUntil);
        BinaryPrimitives.WriteInt64LittleEndian(place[CreatedOffset..], key.CreatedTimestamp);
        key.Bytes.CopyTo(place[KeyOffset..]);
    }

    private static TicketKey? Read(ReadOnlySpan<byte> place)
    {
        if (!place.ContainsAnyExcept((byte)0))
        {
            return null;
        }

        TicketKey key = new(
            BinaryPrimitives.ReadInt64LittleEndian(place),
            BinaryPrimitives.ReadInt64LittleEndian(place[CreatedOffset..]));
        place.Slice(KeyOffset, KeyBytes).CopyTo(key.Bytes);
        return key;
    }

    private static bool IsAbsence(int result) =>
        result is -Errno.NoKey or -Errno.ExpiredKey or -Errno.RevokedKey;

    private static string Describe(int result) => $"the kernel's key service: {Errno.Describe(result)}";
}
