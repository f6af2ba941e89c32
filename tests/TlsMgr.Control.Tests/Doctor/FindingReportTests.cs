using System;
using System.IO;
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
    public void Text_has_a_line_for_each_finding_and_its_remedy_below() => Write(FindingReport.WriteText, Findings).ShouldBe(
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

    [Fact]
    public void Faults_are_counted()
    {
        Write(FindingReport.WriteText, []).ShouldBe("0 faults\n");
        Write(FindingReport.WriteText, [Findings[2], Findings[2]]).ShouldEndWith("\n2 faults\n");
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
}
