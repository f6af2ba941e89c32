using System;
using System.Buffers.Binary;
using System.Text;
using Shouldly;
using TlsMgr.Sessions;
using Xunit;

namespace TlsMgr.Tests.Sessions;

/// <summary>Keys and values of the sessions database, and the checksum in each value.</summary>
public sealed class SessionEntryTests
{
    private const long TimeSeconds = 1_800_000_000;
    private const ulong Place = 42;

    // One for each way that a length goes through XXH3. Another checksum would make all stored sessions damaged ones.
    [Theory]
    [InlineData(0, 0x1DDF511E6632A290)]
    [InlineData(100, 0x813ED1402393B2FA)]
    [InlineData(180, 0x373285B3F3722139)]
    [InlineData(1500, 0xF2E41CD6EBF0F898)]
    public void The_checksum_of_an_entry_stays_the_same_from_version_to_version(int sessionBytes, ulong checksum)
    {
        (_, byte[] value, _) = Make("AB12&s=smtp&l=805306608", sessionBytes);

        BinaryPrimitives.ReadUInt64LittleEndian(value).ShouldBe(checksum);
    }

    [Theory]
    [InlineData(20, 77)]
    [InlineData(20, 1500)]
    [InlineData(600, 77)]
    public void Every_byte_of_the_key_and_of_the_value_counts(int idCharacters, int sessionBytes)
    {
        (byte[] key, byte[] value, byte[] id) = Make(new string('x', idCharacters), sessionBytes);
        ulong keyHash = SessionEntry.HashKey(key);
        SessionEntry.TryReadValue(value, keyHash, id, out long timeSeconds, out ReadOnlySpan<byte> session)
            .ShouldBeTrue();
        timeSeconds.ShouldBe(TimeSeconds);
        session.ToArray().ShouldBe(SessionCacheTests.Bytes(sessionBytes, 1));

        foreach (byte[] bytes in (byte[][])[key, value])
        {
            for (int place = 0; place < bytes.Length; place++)
            {
                bytes[place] ^= 0x10;
                SessionEntry.TryReadValue(value, SessionEntry.HashKey(key), id, out _, out _)
                    .ShouldBeFalse($"byte {place} of {bytes.Length}");
                bytes[place] ^= 0x10;
            }
        }
    }

    private static (byte[] Key, byte[] Value, byte[] Id) Make(string idText, int sessionBytes)
    {
        byte[] id = Encoding.ASCII.GetBytes(idText);
        byte[] session = SessionCacheTests.Bytes(sessionBytes, 1);
        byte[] key = SessionEntry.WriteKey(id, new byte[512]).ToArray();
        byte[] value = new byte[SessionEntry.MeasureValue(id, session)];
        SessionEntry.WriteValue(value, key, TimeSeconds, Place, id, session);
        return (key, value, id);
    }
}
