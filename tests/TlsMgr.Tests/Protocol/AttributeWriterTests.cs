using System;
using System.Buffers;
using Shouldly;
using TlsMgr.Postfix.Protocol;
using Xunit;

namespace TlsMgr.Tests.Protocol;

public sealed class AttributeWriterTests
{
    [Fact]
    public void Lists_have_the_wire_format_of_Postfix()
    {
        ArrayBufferWriter<byte> output = new();
        AttributeWriter writer = new(output);
        writer.WriteNumber("status"u8, -1);
        writer.WriteNumber("timeout"u8, 3600);
        writer.WriteText("protocol"u8, "tlsmgr_protocol"u8);
        writer.WriteData("session"u8, "AB"u8);
        writer.WriteData("seed"u8, default);
        writer.WriteEnd();

        Wire.Text(output.WrittenSpan).ShouldBe(
            "status|4294967295|timeout|3600|protocol|tlsmgr_protocol|session|QUI=|seed|||");
    }

    [Theory]
    [InlineData(3071)]
    [InlineData(3072)]
    [InlineData(3073)]
    [InlineData(1048576)]
    public void Long_data_is_one_unbroken_base64_text(int size)
    {
        byte[] data = new byte[size];
        new System.Random(1).NextBytes(data);
        ArrayBufferWriter<byte> output = new();

        new AttributeWriter(output).WriteData("d"u8, data);

        Wire.Text(output.WrittenSpan).ShouldBe($"d|{Convert.ToBase64String(data)}|");
    }
}
