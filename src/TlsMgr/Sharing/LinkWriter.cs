using System;
using System.Buffers.Text;
using TlsMgr.Postfix.Protocol;

namespace TlsMgr.Sharing;

/// <summary>Writes requests to tlspool into a buffer that is sent when the socket accepts it.</summary>
internal sealed class LinkWriter
{
    private const int PlaceBytes = 96;

    private static readonly byte[][] Caches = ["smtpd"u8.ToArray(), "smtp"u8.ToArray(), "lmtp"u8.ToArray()];

    private readonly LinkBuffer _output = new();

    /// <summary>The bytes that are not sent yet.</summary>
    internal ReadOnlySpan<byte> Unsent => _output.Unsent;

    /// <summary>Whether more may be written.</summary>
    internal bool HasSpace => _output.Unsent.Length < SharingLimits.UnsentBytes;

    /// <summary>The name of a cache, by its index.</summary>
    internal static ReadOnlySpan<byte> CacheName(int index) => Caches[index];

    internal void Get(int number, EntryPlace place)
    {
        AttributeWriter request = Begin(PoolWords.Get, number);
        WriteKey(request, place);
        request.WriteEnd();
    }

    internal void Put(int number, EntryPlace place, long milliseconds, ReadOnlySpan<byte> entry)
    {
        AttributeWriter request = Begin(PoolWords.Put, number);
        WriteKey(request, place);
        request.WriteLong(PoolWords.Milliseconds, milliseconds);
        request.WriteData(PoolWords.Value, entry);
        request.WriteEnd();
    }

    internal void Drop(int number, EntryPlace place)
    {
        AttributeWriter request = Begin(PoolWords.Drop, number);
        WriteKey(request, place);
        request.WriteEnd();
    }

    internal void Follow(int number, uint generation, int seconds)
    {
        AttributeWriter request = Begin(PoolWords.Follow, number);
        request.WriteLong(PoolWords.Generation, generation);
        request.WriteNumber(PoolWords.Seconds, seconds);
        request.WriteEnd();
    }

    internal void State(int number) => Begin(PoolWords.State, number).WriteEnd();

    /// <summary>Takes note that bytes were sent.</summary>
    internal void Sent(int count) => _output.Sent(count);

    /// <summary>Forgets what is not sent.</summary>
    internal void Clear() => _output.Clear();

    private static void WriteKey(AttributeWriter request, EntryPlace place)
    {
        Span<byte> key = stackalloc byte[PlaceBytes];
        Utf8Formatter.TryFormat(place.Generation, key, out int length);
        key[length++] = (byte)':';
        CacheName(place.Cache).CopyTo(key[length..]);
        length += CacheName(place.Cache).Length;
        key[length++] = (byte)':';
        place.Name.WriteHex(key[length..]);
        request.WriteText(PoolWords.Key, key[..(length + (2 * SealedEntry.NameBytes))]);
    }

    private AttributeWriter Begin(ReadOnlySpan<byte> name, int number)
    {
        AttributeWriter request = new(_output);
        request.WriteText(PoolWords.Request, name);
        request.WriteNumber(PoolWords.Number, number);
        return request;
    }
}
