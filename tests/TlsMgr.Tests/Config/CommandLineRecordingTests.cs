// The recorded command lines: "### where: tlsmgr ARGS", perhaps with '< "INPUT"', then the output and the log records.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Postfix.Config;
using TlsMgr.Postfix.Logging;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Tests.Config;

public sealed class CommandLineRecordingTests
{
    private static readonly string[] Lines =
        File.ReadAllLines(RepositoryRoot.Fixture("config", "command-line-3.7.txt"));

    public static TheoryData<string, string> OptionCases()
    {
        TheoryData<string, string> cases = [];
        foreach (string arguments in Recordings().Select(recording => recording.Arguments).Distinct())
        {
            string? fault = Recordings().First(recording => recording.Arguments == arguments).Faults
                .FirstOrDefault(fault => fault.StartsWith("invalid ", StringComparison.Ordinal));
            cases.Add(arguments, fault ?? "");
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(OptionCases))]
    public void Options_have_the_faults_that_Postfix_reports(string arguments, string fault)
    {
        DaemonOptions options = DaemonOptions.Parse(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        (options.Fault ?? "").ShouldBe(fault);
    }

    [Fact]
    public void The_recordings_contain_faulty_and_valid_command_lines()
    {
        OptionCases().Count.ShouldBe(18);
        OptionCases().Count(row => row.Data.Item2.Length > 0).ShouldBe(4);
    }

    [Fact]
    public void A_missing_main_cf_has_the_fatal_text_of_Postfix()
    {
        string expected = Recordings().SelectMany(recording => recording.Faults)
            .First(fault => fault.StartsWith("open /nonexistent", StringComparison.Ordinal));
        ProcessDescription process = new("/nonexistent", "vm", "tlsmgr", 1, "/nonexistent");

        Should.Throw<FatalException>(() => ParameterStore.Read(process, new Log())).Message.ShouldBe(expected);
    }

    /// <summary>The manual runs only: arguments in master.cf contain blanks.</summary>
    private static IEnumerable<(string Arguments, string[] Faults)> Recordings()
    {
        for (int i = 0; i < Lines.Length; i++)
        {
            if (Lines[i].StartsWith("### on a terminal", StringComparison.Ordinal)
                || Lines[i].StartsWith("### redirected", StringComparison.Ordinal))
            {
                string arguments = Lines[i].Split(": tlsmgr").ElementAtOrDefault(1)?.Split('<')[0].Trim() ?? "-l";
                IEnumerable<string> records =
                    Lines.Skip(i + 1).TakeWhile(line => !line.StartsWith("###", StringComparison.Ordinal));
                yield return (arguments, [.. records.Where(IsFault).Select(FaultText)]);
            }
        }
    }

    private static bool IsFault(string line) => line.Contains("]: fatal: ", StringComparison.Ordinal);

    private static string FaultText(string line) =>
        line[(line.IndexOf("]: fatal: ", StringComparison.Ordinal) + "]: fatal: ".Length)..];
}
