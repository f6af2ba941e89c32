// What a cache file keeps of the digest under which its sessions were stored: enough to tell whether it is the same
// today, and which inputs differ. Every hash is keyed with a random number of the file's own: the records of two files
// cannot be compared, nor a record with the hash of a guess that was made beforehand.
//
//   0 salt, 16 bytes | 16 digest, 32 | 48 flags u8 | 49 hash of the inputs without a name here, 8 | 57 inputs u16
//   | for each: length of the name u8 | name, UTF-8 | hash, 8 | checksum, 8                               little endian

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Text;

namespace TlsMgr.Trust;

/// <summary>The record of a digest in a cache file.</summary>
internal sealed class TrustRecord
{
    /// <summary>The length of the salt, in bytes.</summary>
    internal const int SaltBytes = 16;

    private const int FlagsOffset = SaltBytes + TrustDigest.LengthBytes;
    private const int RestOffset = FlagsOffset + 1;
    private const int CountOffset = RestOffset + HashBytes;
    private const int HeaderBytes = CountOffset + sizeof(ushort);
    private const int HashBytes = 8;
    private const int ChecksumBytes = 8;
    private const byte IsCertainFlag = 1;

    private readonly byte[] _salt;
    private readonly byte[] _digest;
    private readonly byte[] _rest;
    private readonly bool _isCertain;
    private readonly Dictionary<string, byte[]> _named;

    private TrustRecord(byte[] salt, byte[] digest, byte[] rest, bool isCertain, Dictionary<string, byte[]> named)
    {
        _salt = salt;
        _digest = digest;
        _rest = rest;
        _isCertain = isCertain;
        _named = named;
    }

    /// <summary>
    /// Makes the record of a digest, in at most so many bytes: inputs that find no space lose their names.
    /// </summary>
    /// <param name="digest">The digest.</param>
    /// <param name="salt">16 random bytes.</param>
    /// <param name="maximumBytes">The most bytes to make.</param>
    internal static byte[] Write(TrustDigest digest, ReadOnlySpan<byte> salt, int maximumBytes)
    {
        byte[] key = salt.ToArray();
        byte[] record = new byte[maximumBytes];
        salt.CopyTo(record);
        Keyed(key, digest.Value).CopyTo(record, SaltBytes);
        record[FlagsOffset] = digest.Doubtful is null ? IsCertainFlag : (byte)0;
        int position = HeaderBytes;
        ushort count = 0;
        List<TrustInput> rest = [];
        foreach (TrustInput input in digest.Inputs)
        {
            byte[] name = Encoding.UTF8.GetBytes(input.Name);
            if (name.Length > byte.MaxValue || position + 1 + name.Length + HashBytes + ChecksumBytes > maximumBytes)
            {
                rest.Add(input);
                continue;
            }

            record[position++] = (byte)name.Length;
            name.CopyTo(record, position);
            Short(key, input).CopyTo(record, position + name.Length);
            position += name.Length + HashBytes;
            count++;
        }

        Short(key, rest).CopyTo(record, RestOffset);
        BinaryPrimitives.WriteUInt16LittleEndian(record.AsSpan(CountOffset), count);
        Checksum(record.AsSpan(0, position)).CopyTo(record, position);
        return record[..(position + ChecksumBytes)];
    }

    /// <summary>Reads a record; null when it is none, or damaged.</summary>
    internal static TrustRecord? Read(ReadOnlySpan<byte> record)
    {
        if (record.Length < HeaderBytes + ChecksumBytes
            || !record[^ChecksumBytes..].SequenceEqual(Checksum(record[..^ChecksumBytes])))
        {
            return null;
        }

        Dictionary<string, byte[]> named = [];
        ReadOnlySpan<byte> inputs = record[HeaderBytes..^ChecksumBytes];
        int count = BinaryPrimitives.ReadUInt16LittleEndian(record[CountOffset..]);
        for (int i = 0; i < count; i++)
        {
            int length = inputs.IsEmpty ? inputs.Length : 1 + inputs[0];
            if (inputs.Length < length + HashBytes || inputs.IsEmpty)
            {
                return null;
            }

            named[Encoding.UTF8.GetString(inputs[1..length])] = inputs.Slice(length, HashBytes).ToArray();
            inputs = inputs[(length + HashBytes)..];
        }

        return new TrustRecord(
            record[..SaltBytes].ToArray(),
            record[SaltBytes..FlagsOffset].ToArray(),
            record.Slice(RestOffset, HashBytes).ToArray(),
            (record[FlagsOffset] & IsCertainFlag) != 0,
            named);
    }

    /// <summary>Whether sessions that were stored under this digest may be resumed under that one.</summary>
    internal bool Matches(TrustDigest digest) =>
        _isCertain && digest.Doubtful is null && _digest.AsSpan().SequenceEqual(Keyed(_salt, digest.Value));

    /// <summary>What differs, in the order of names; the inputs that are not known today are among them.</summary>
    internal IEnumerable<TrustChange> ChangesTo(TrustDigest digest)
    {
        List<TrustChange> changes = [];
        List<TrustInput> others = [];
        HashSet<string> gone = [.. _named.Keys];
        foreach (TrustInput input in digest.Inputs)
        {
            gone.Remove(input.Name);
            if (input.Doubt is not null)
            {
                changes.Add(new TrustChange(input.Name, TrustChangeKind.Unknown));
            }
            else if (!_named.TryGetValue(input.Name, out byte[]? old))
            {
                others.Add(input);
            }
            else if (!old.AsSpan().SequenceEqual(Short(_salt, input)))
            {
                changes.Add(new TrustChange(input.Name, TrustChangeKind.Changed));
            }
        }

        // When every input had a name then, one that has none is new.
        if (_rest.AsSpan().SequenceEqual(Short(_salt, Array.Empty<TrustInput>())))
        {
            changes.AddRange(others.Select(input => new TrustChange(input.Name, TrustChangeKind.Added)));
        }
        else if (!_rest.AsSpan().SequenceEqual(Short(_salt, others)))
        {
            changes.Add(new TrustChange("others", TrustChangeKind.Changed));
        }

        changes.AddRange(gone.Select(name => new TrustChange(name, TrustChangeKind.Removed)));
        return changes.OrderBy(change => change.Input, StringComparer.Ordinal);
    }

    /// <summary>An input whose content is not known differs from itself.</summary>
    private static byte[] Short(byte[] key, TrustInput input) =>
        input.Doubt is null ? Short(key, [input]) : new byte[HashBytes];

    private static byte[] Short(byte[] key, IReadOnlyCollection<TrustInput> inputs) =>
        Keyed(key, TrustDigest.Hash(inputs))[..HashBytes];

    private static byte[] Keyed(byte[] key, byte[] value) => HMACSHA256.HashData(key, value);

    private static byte[] Checksum(ReadOnlySpan<byte> record) => SHA256.HashData(record)[..ChecksumBytes];
}
