using System;
using System.Linq;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using TlsMgr.Postfix.Protocol;
using Xunit;

namespace TlsMgr.Tests.Protocol;

public sealed class Base64DataTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("QQ==", "A")]
    [InlineData("QUI=", "AB")]
    [InlineData("QUJD", "ABC")]
    [InlineData("QUJDQUJD", "ABCABC")]
    [InlineData("QR==", "A")] // spare bits that are not zero
    [InlineData("QUI=QUI=", "AB")] // data after padding
    [InlineData("QUI=!!!!", "AB")]
    [InlineData("QQ=A", "A")]
    [InlineData("QUJDQUI=QUJDQUJD", "ABCAB")]
    public void Data_is_decoded_as_Postfix_decodes_it(string text, string expected)
    {
        byte[] destination = new byte[Base64Data.DecodedLimit(text.Length)];

        Base64Data.TryDecode(Encoding.ASCII.GetBytes(text), destination, out int length).ShouldBeTrue();

        Encoding.ASCII.GetString(destination, 0, length).ShouldBe(expected);
    }

    [Theory]
    [InlineData("Q")]
    [InlineData("QQ")]
    [InlineData("QQ=")]
    [InlineData("QUJ")]
    [InlineData("====")]
    [InlineData("A===")]
    [InlineData("Q@==")]
    [InlineData("QUJD\n")]
    [InlineData(" QUJD")]
    [InlineData("QU\nJDQ==")]
    [InlineData("QUJD \t\r\nQUJD")]
    [InlineData("QUJDQU-_")]
    public void Any_other_text_is_malformed(string text)
    {
        Base64Data.TryDecode(Encoding.ASCII.GetBytes(text), new byte[64], out _).ShouldBeFalse();
    }

    [Fact]
    public void Data_of_every_length_is_encoded_as_by_NET()
    {
        byte[] data = [.. Enumerable.Range(0, 400).Select(i => (byte)(i * 167))];
        byte[] destination = new byte[1024];
        for (int length = 0; length <= data.Length; length++)
        {
            int characters = Base64Data.Encode(data.AsSpan(0, length), destination);

            Encoding.ASCII.GetString(destination, 0, characters).ShouldBe(Convert.ToBase64String(data, 0, length));
        }
    }

    [Fact]
    public void Encoded_data_decodes_to_the_same_bytes()
    {
        Prop.ForAll(
            ArbMap.Default.ArbFor<byte[]>(),
            data =>
            {
                byte[] text = Encoding.ASCII.GetBytes(Convert.ToBase64String(data ?? []));
                byte[] destination = new byte[Base64Data.DecodedLimit(text.Length)];
                return Base64Data.TryDecode(text, destination, out int length)
                    && destination.AsSpan(0, length).SequenceEqual(data ?? []);
            }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Decoding_stays_within_its_destination()
    {
        Prop.ForAll(
            ArbMap.Default.ArbFor<byte[]>(),
            input =>
            {
                byte[] text = Array.ConvertAll(input ?? [], value => (byte)"ABab01+/== \n"[value % 12]);
                byte[] destination = new byte[Base64Data.DecodedLimit(text.Length)];
                Base64Data.TryDecode(text, destination, out int length);
                return length <= destination.Length;
            }).QuickCheckThrowOnFailure();
    }
}
