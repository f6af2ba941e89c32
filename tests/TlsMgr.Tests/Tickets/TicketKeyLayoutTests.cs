using System.Linq;
using Shouldly;
using TlsMgr.Tickets;
using Xunit;

namespace TlsMgr.Tests.Tickets;

public sealed class TicketKeyLayoutTests
{
    private static TicketKey NumberedKey()
    {
        TicketKey key = new(encryptUntil: 0x0102030405060708, createdTimestamp: 0);
        for (int i = 0; i < key.Bytes.Length; i++)
        {
            key.Bytes[i] = (byte)i;
        }

        return key;
    }

    [Fact]
    public void From_Postfix_3_0_on_the_layout_has_88_bytes()
    {
        byte[] buffer = new byte[TicketKeyLayout.Current.SizeBytes];

        TicketKeyLayout.Current.Write(NumberedKey(), buffer);

        buffer.Length.ShouldBe(88);
        buffer[..80].ShouldBe(Enumerable.Range(0, 80).Select(value => (byte)value));
        buffer[80..].ShouldBe([8, 7, 6, 5, 4, 3, 2, 1]);
    }

    [Fact]
    public void In_Postfix_2_11_the_layout_has_56_bytes_and_shorter_secrets()
    {
        byte[] buffer = new byte[TicketKeyLayout.Postfix211.SizeBytes];

        TicketKeyLayout.Postfix211.Write(NumberedKey(), buffer);

        buffer.Length.ShouldBe(56);
        buffer[..32].ShouldBe(Enumerable.Range(0, 32).Select(value => (byte)value));
        buffer[32..48].ShouldBe(Enumerable.Range(48, 16).Select(value => (byte)value));
        buffer[48..].ShouldBe([8, 7, 6, 5, 4, 3, 2, 1]);
    }
}
