using System;
using System.Collections.Generic;
using System.IO;
using Shouldly;
using TlsMgr.Control.Doctor;
using TlsMgr.Postfix.Logging;
using Xunit;

namespace TlsMgr.Control.Tests.Doctor;

/// <summary>This host beside the report of another one.</summary>
public sealed class HostComparisonTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    private static readonly KeyValuePair<string, string>[] Here = [new("a", "1"), new("b", ""), new("c", "3")];

    [Fact]
    public void Each_difference_is_a_line()
    {
        HostComparison comparison = Compare("""{"host": {"a": "2", "c": "3", "d": "\u001b[1m"}}""");

        comparison.IsSame.ShouldBeFalse();
        Text(comparison, json: false).ShouldBe(
            "a: here 1, there 2\nb: here (empty), there (none)\nd: here (none), there ?[1m\n3 differences\n");
        Text(comparison, json: true).ShouldContain("\"name\": \"a\",\n      \"here\": \"1\",\n      \"there\": \"2\"\n");
    }

    [Fact]
    public void The_same_values_are_no_difference()
    {
        HostComparison comparison = Compare("""{"faults": 0, "host": {"c": "3", "b": "", "a": "1"}}""");

        comparison.IsSame.ShouldBeTrue();
        Text(comparison, json: false).ShouldBe("0 differences\n");
    }

    [Theory]
    [InlineData("", "line 1 is not JSON")]
    [InlineData("{\n", "line 2 is not JSON")]
    [InlineData("[]", "it has no part host")]
    [InlineData("{}", "it has no part host")]
    [InlineData("""{"host": {}}""", "it has no part host")]
    [InlineData("""{"host": []}""", "it has no part host")]
    [InlineData("""{"host": {"a": 1}}""", "a is no text")]
    public void What_is_no_report_is_refused_in_one_line(string content, string reason) =>
        Should.Throw<FatalException>(() => Compare(content)).Message
            .ShouldBe($"{_file} is no report of tlsmgrctl doctor --json: {reason}");

    [Fact]
    public void A_file_that_is_not_there_is_named() =>
        Should.Throw<FatalException>(() => HostComparison.Of(Here, "/nonexistent/x")).Message
            .ShouldBe("open /nonexistent/x: No such file or directory");

    [Fact]
    public void A_directory_is_no_report() =>
        Should.Throw<FatalException>(() => HostComparison.Of(Here, "/tmp")).Message
            .ShouldBe("read /tmp: Is a directory");

    public void Dispose() => File.Delete(_file);

    private HostComparison Compare(string content)
    {
        File.WriteAllText(_file, content);
        return HostComparison.Of(Here, _file);
    }

    private static string Text(HostComparison comparison, bool json)
    {
        using StringWriter output = new() { NewLine = "\n" };
        comparison.Write(output, json);
        return output.ToString();
    }
}
