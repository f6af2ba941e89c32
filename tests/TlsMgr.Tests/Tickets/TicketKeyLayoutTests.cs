using System.Linq;
using Shouldly;
using TlsMgr.Tickets;
using Xunit;

namespace TlsMgr.Tests.Tickets;

public sealed class TicketKeyLayoutTests
{
    private static TicketKey NumberedKey()
    {
        TicketKey key = new(encryptUntil: 0x0102030405060708);
        for (int i = 0; i < key.Bytes.Length; i++)
        {
            key.Bytes[i] = (byte)i;
        }

        return key;
    }

    [Fact]
    public void From_Postfix_3_0_on_a_key_has_88_bytes()
    {
        byte[] room = new byte[TicketKeyLayout.Current.SizeBytes];

        TicketKeyLayout.Current.Write(NumberedKey(), room);

        room.Length.ShouldBe(88);
        room[..80].ShouldBe(Enumerable.Range(0, 80).Select(value => (byte)value));
        room[80..].ShouldBe([8, 7, 6, 5, 4, 3, 2, 1]);
    }

    [Fact]
    public void In_Postfix_2_11_it_has_56_with_shorter_secrets()
    {
        byte[] room = new byte[TicketKeyLayout.Postfix211.SizeBytes];

        TicketKeyLayout.Postfix211.Write(NumberedKey(), room);

        room.Length.ShouldBe(56);
        room[..32].ShouldBe(Enumerable.Range(0, 32).Select(value => (byte)value));
        room[32..48].ShouldBe(Enumerable.Range(48, 16).Select(value => (byte)value));
        room[48..].ShouldBe([8, 7, 6, 5, 4, 3, 2, 1]);
    }
}
