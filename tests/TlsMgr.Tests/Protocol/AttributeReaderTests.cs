using System;
using Shouldly;
using TlsMgr.Postfix.Protocol;
using Xunit;

namespace TlsMgr.Tests.Protocol;

public sealed class AttributeReaderTests
{
    public static TheoryData<string, string> Faults => ParserCases.Invalid;

    [Fact]
    public void Attributes_are_read_in_order()
    {
        AttributeReader reader = new(Wire.Bytes("first||second| +12|third|QUI=||"));

        reader.TryReadText("first"u8, out ReadOnlySpan<byte> text).ShouldBeTrue();
        text.Length.ShouldBe(0);
        reader.TryReadNumber("second"u8, out uint number).ShouldBeTrue();
        number.ShouldBe(12u);
        reader.TryReadData("third"u8, new byte[16], out ReadOnlySpan<byte> data).ShouldBeTrue();
        Wire.Text(data).ShouldBe("AB");
        reader.TryReadEnd().ShouldBeTrue();
        reader.Fault.Kind.ShouldBe(AttributeFaultKind.None);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_fault_is_described_in_Postfix_s_words(string message, string expected)
    {
        AttributeReader reader = new(Wire.Bytes(message));

        bool isRead = reader.TryReadText("first"u8, out _) && reader.TryReadNumber("second"u8, out _)
            && reader.TryReadData("third"u8, new byte[16], out _) && reader.TryReadEnd();

        isRead.ShouldBeFalse();
        reader.Fault.Describe("peer").ShouldBe(expected);
    }

    [Fact]
    public void The_end_of_the_stream_right_after_the_request_is_not_reported()
    {
        AttributeReader reader = new(Wire.Bytes("request|policy|"));
        reader.TryReadRequest("request"u8, out _).ShouldBeTrue();

        reader.TryReadText("cache_type"u8, out _).ShouldBeFalse();

        reader.Fault.Describe("peer").ShouldBeNull();
        reader.Fault.IsEndOfStream.ShouldBeTrue();
    }

    [Fact]
    public void A_faulty_value_that_may_be_a_session_is_not_logged()
    {
        AttributeReader reader = new(Wire.Bytes("d|" + new string('Q', 201) + "||"));

        reader.TryReadData("d"u8, new byte[300], out _).ShouldBeFalse();

        reader.Fault.Describe("peer")!.Split(": ")[1].ShouldBe("[data 201 characters]");
    }
}
