using System.IO;
using Shouldly;
using TlsMgr.Control.Output;
using Xunit;

namespace TlsMgr.Control.Tests.Output;

public sealed class FieldListTests
{
    [Fact]
    public void A_table_has_aligned_names_and_words_for_truth() => Write(json: false).ShouldBe(
        """
        text                   a "b"
        number                 -1
        is_true                yes
        is_false               no
        duration_milliseconds  1.235

        """);

    [Fact]
    public void Json_has_the_same_names() => Write(json: true).ShouldBe(
        """
        {
          "text": "a \"b\"",
          "number": -1,
          "is_true": true,
          "is_false": false,
          "duration_milliseconds": 1.235
        }

        """);

    private static string Write(bool json)
    {
        FieldList fields = new();
        fields.Add("text", "a \"b\"");
        fields.Add("number", -1);
        fields.Add("is_true", true);
        fields.Add("is_false", false);
        fields.AddMilliseconds("duration_milliseconds", 1.23456);
        using StringWriter output = new() { NewLine = "\n" };
        fields.Write(output, json);
        return output.ToString();
    }
}
