using System;
using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Control.Doctor;
using Xunit;

namespace TlsMgr.Control.Tests.Doctor;

public sealed class FindingReportTests
{
    private static readonly Finding[] Findings =
    [
        new("jail", Verdict.Ok, "it has one"),
        new("cache-timeout", Verdict.Note, "it is long", Remedy.Advise("shorten it")),
        new("a-check-with-a-long-name-here", Verdict.Fault, "it is \"bad\"", new Remedy("mend it", "or not"))
        {
            Consequences = ["that is bad, too"],
        },
    ];

    [Fact]
    public void Text_has_a_line_for_each_finding_and_its_remedy_below() => Write(WriteText, Findings).ShouldBe(
        """
        ok     jail                      it has one
        note   cache-timeout             it is long
                                            shorten it
        fault  a-check-with-a-long-name-hereit is "bad"
                                            so that: that is bad, too
                                            -> mend it
                                               or not
        1 fault

        """);

    [Theory]
    [InlineData(40)]
    [InlineData(75)]
    [InlineData(76)]
    [InlineData(100)]
    public void Sentences_keep_the_width_and_commands_are_whole(int width)
    {
        Finding finding = new(
            "tls_random_exchange_name", Verdict.Fault, $"/{new string('x', 90)} does not belong to postfix, and so on",
            new Remedy($"chown postfix {new string('y', 120)}", "or ask somebody who knows more about all of this"))
        {
            Consequences = ["no program can do what it was meant to do, for a reason of its own"],
        };
        using StringWriter output = new() { NewLine = "\n" };

        FindingReport.WriteText([finding], output, width);

        string[] lines = output.ToString().Split('\n');
        lines.Where(line => line.Length > width).ShouldBe([lines.Single(line => line.Contains("-> chown"))]);
        output.ToString().ShouldContain($"-> chown postfix {new string('y', 120)}\n");
        string.Concat(output.ToString().Where(static letter => !char.IsWhiteSpace(letter))).ShouldContain(
            $"fault tls_random_exchange_name/{new string('x', 90)} does not belong".Replace(" ", ""));
    }

    [Fact]
    public void Faults_are_counted()
    {
        Write(WriteText, []).ShouldBe("0 faults\n");
        Write(WriteText, [Findings[2], Findings[2]]).ShouldEndWith("\n2 faults\n");
    }

    [Fact]
    public void Json_has_the_same() => Write(
        static (findings, output) => FindingReport.WriteJson(findings, [new("name", "value")], output),
        [Findings[0], Findings[2]]).ShouldBe(
        """
        {
          "faults": 1,
          "findings": [
            {
              "check": "jail",
              "verdict": "ok",
              "text": "it has one",
              "remedy": "",
              "advice": "",
              "consequences": []
            },
            {
              "check": "a-check-with-a-long-name-here",
              "verdict": "fault",
              "text": "it is \"bad\"",
              "remedy": "mend it",
              "advice": "or not",
              "consequences": [
                "that is bad, too"
              ]
            }
          ],
          "host": {
            "name": "value"
          }
        }

        """);

    private static string Write(Action<Finding[], TextWriter> write, Finding[] findings)
    {
        using StringWriter output = new() { NewLine = "\n" };
        write(findings, output);
        return output.ToString();
    }

    private static void WriteText(Finding[] findings, TextWriter output) =>
        FindingReport.WriteText(findings, output, int.MaxValue);
}
