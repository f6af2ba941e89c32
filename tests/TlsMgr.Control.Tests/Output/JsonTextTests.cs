using System.IO;
using Shouldly;
using TlsMgr.Control.Output;
using Xunit;

namespace TlsMgr.Control.Tests.Output;

public sealed class JsonTextTests
{
    [Theory]
    [InlineData("caf\u00e9 & <b>", "\"caf\u00e9 & <b>\"")]
    [InlineData("\"\\", "\"\\\"\\\\\"")]
    [InlineData("\u001b[2J\n\r\t", "\"\\u001B[2J\\n\\r\\t\"")]
    [InlineData("\u0000\u007f\u009b\u2028\u2029", "\"\\u0000\\u007F\\u009B\\u2028\\u2029\"")]
    public void Control_characters_quotes_and_separators_are_escaped(string value, string json)
    {
        using StringWriter output = new() { NewLine = "\n" };

        JsonText.Write(output, writer => writer.WriteStringValue(value));

        output.ToString().ShouldBe(json + "\n");
    }
}
