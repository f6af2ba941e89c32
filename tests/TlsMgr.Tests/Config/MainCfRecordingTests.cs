// Every recorded main.cf with its options is read here, too: the log records, their tags and the reply to a policy
// request must be the recorded ones.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Shouldly;
using TlsMgr.Postfix.Config;
using TlsMgr.Postfix.Logging;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Tests.Config;

public sealed class MainCfRecordingTests
{
    // Records of other parts of the daemon, after the configuration was read.
    private static readonly string[] LaterTexts =
    [
        "open smtp", "tlsmgr_cache_run_event", "error: ", "is unavailable", "do not use the same TLS cache",
        "open dictionary", "no entropy source", "encryption keys etc", "unexpected command-line argument",
        "no debugger_command", "requires a process limit", "no transport type", "unsupported transport type",
    ];

    private static readonly string[] Files =
        ["main.cf-3.7.txt", "main.cf-more-3.7.txt", "main.cf-order-3.7.txt", "main.cf-hosts-3.7.txt"];

    public static TheoryData<string, int> Cases()
    {
        TheoryData<string, int> cases = [];
        foreach (string file in Files)
        {
            for (int i = 0; i < MainCfRecording.ReadAll(file).Count; i++)
            {
                cases.Add(file, i);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Configuration_is_read_as_Postfix_reads_it(string file, int index)
    {
        MainCfRecording recording = MainCfRecording.ReadAll(file)[index];
        using ScratchDirectory directory = new();
        directory.Write("main.cf", recording.MainCf);
        Log log = RecordingLogTarget.Open(out RecordingLogTarget target);

        string reply = "";
        try
        {
            reply = PolicyReply(Load(directory.Path, recording, log, target));
        }
        catch (FatalException fault)
        {
            log.Write(LogSeverity.Fatal, fault.Message);
        }

        // The trace that -v makes Postfix log is not part of the contract.
        IEnumerable<string> expected = recording.Log.Where(IsOurs);
        target.Lines.Select(line => line.Replace(directory.Path, "/rig", StringComparison.Ordinal))
            .ShouldBe(recording.Arguments.Contains("-Svo") ? [] : expected, recording.Heading);
        if (recording.Output.StartsWith("status", StringComparison.Ordinal))
        {
            reply.ShouldBe(recording.Output, recording.Heading);
        }
    }

    [Fact]
    public void All_recordings_are_read()
    {
        MainCfRecording.ReadAll("main.cf-3.7.txt").Count.ShouldBe(92);
        MainCfRecording.ReadAll("main.cf-more-3.7.txt").Count.ShouldBe(500);
        MainCfRecording.ReadAll("main.cf-hosts-3.7.txt").Count.ShouldBe(153);
        MainCfRecording.ReadAll("main.cf-order-3.7.txt").Count.ShouldBe(104);
    }

    // Postfix's order: main.cf, the command line, shared parameters, those of tlsmgr, locations of files.
    private static TlsManagerParameters Load(
        string directory, MainCfRecording recording, Log log, RecordingLogTarget target)
    {
        int processId = recording.MainCf.Contains("process_id", StringComparison.Ordinal)
            || recording.Arguments.Any(argument => argument.Contains("process_id", StringComparison.Ordinal))
            ? int.Parse(recording.Output.Split('\0')[5], CultureInfo.InvariantCulture)
            : 1;
        ProcessDescription process = new(directory, recording.HostName, "tlsmgr", processId, "/usr/lib/postfix/sbin/master");
        ParameterStore store = ParameterStore.Read(process, log);
        DaemonOptions options = DaemonOptions.Parse(recording.Arguments);
        if (options.Fault is not null)
        {
            throw new FatalException(options.Fault);
        }

        PostfixParameters shared = PostfixParameters.Load(store, options, process);
        target.Tag = $"{shared.HostName.Split('.')[0]} {shared.SyslogName}";
        TlsManagerParameters parameters = TlsManagerParameters.Load(store);
        DataDirectory data = new(shared.DataDirectory, shared.MailOwner, log);
        foreach (SessionCacheParameters cache in new[] { parameters.Smtpd, parameters.Smtp, parameters.Lmtp })
        {
            if (cache.IsWanted && cache.Database.Contains(':') && cache.Database[0] != ':')
            {
                string[] parts = cache.Database.Split(':', 2);
                string table = $"{parts[0]}:{data.Redirect(parts[1], $"table {cache.Database}")}";
                string? opened = recording.Log.FirstOrDefault(
                    line => line.Contains($": open {cache.CacheType} ", StringComparison.Ordinal));
                opened?.ShouldEndWith($": open {cache.CacheType} TLS cache {table}");
            }
        }

        return parameters;
    }

    private static string PolicyReply(TlsManagerParameters parameters)
    {
        int cachable = parameters.Smtpd.IsWanted ? 1 : 0;
        return $"status\0" + $"0\0cachable\0{cachable}\0timeout\0{parameters.Smtpd.EffectiveTimeoutSeconds}\0\0";
    }

    private static bool IsOurs(string line) => !LaterTexts.Any(text => line.Contains(text, StringComparison.Ordinal));
}
