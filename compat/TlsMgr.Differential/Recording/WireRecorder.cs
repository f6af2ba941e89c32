// Records the cases of the wire, all on one daemon: what was sent (">"), what came back ("<"), what became of the
// connection ("="), and the log records ("LOG").

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using TlsMgr.Differential.Cases;
using TlsMgr.Differential.Drivers;
using TlsMgr.Testing;

namespace TlsMgr.Differential.Recording;

/// <summary>Writes <c>wire-*.txt</c>.</summary>
internal static class WireRecorder
{
    private const int LongestText = 1500;
    private const int KeptAtStart = 300;
    private const int KeptAtEnd = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    internal static string[] Record(RecordedDaemon original, string inputs)
    {
        using DaemonUnderTest stage = original.Open();
        stage.Configure([.. WireCases.MainCf]);
        stage.Start();
        List<string> lines =
        [
            .. FixtureFile.Header(
                original.Version.Text,
                ["scripted clients, case by case, one daemon for all; its main.cf:", .. WireCases.MainCf.Select(line => "  " + line)]),
        ];
        Add(lines, WireRecording.Greeting, stage, []);
        foreach ((string name, ClientStep[] steps) in WireCases.Steps(inputs))
        {
            Add(lines, name, stage, steps);
        }

        return [.. lines];
    }

    private static void Add(List<string> lines, string name, DaemonUnderTest stage, ClientStep[] steps)
    {
        lines.Add($"### {name}");
        lines.AddRange(Play(stage, steps).Select(line => "  " + line));
        stage.SyncToDisk();
        lines.AddRange(stage.Take().Log.Select(record => $"  LOG tlsmgr: {Cut(LogText.Of(record))}"));
    }

    private static IEnumerable<string> Play(DaemonUnderTest stage, ClientStep[] steps)
    {
        using Client client = stage.Connect();
        string greeting = WireRecording.Escape(client.ReadLists(1, Patience));
        if (steps.Length == 0)
        {
            yield return $"< {greeting}";
        }

        foreach (ClientStep step in steps)
        {
            byte[] bytes = step.Bytes(stage);
            bool waits = step.UntilEnd > TimeSpan.Zero;
            yield return $"> {Cut(WireRecording.Escape(bytes))}"
                + (step.ThenCloses ? WireRecording.ShutDown : waits ? WireRecording.Waiting : "");
            client.Send(bytes);
            if (step.ThenCloses)
            {
                client.CloseSending();
            }

            string received = WireRecording.Escape(client.Read(stage.Quiet, step.UntilEnd));
            yield return $"< {(received.Length == 0 ? "(no bytes)" : Cut(received))}";
        }

        if (steps.Length > 0)
        {
            yield return client.IsClosed ? "= server closed (EOF)" : "= connection left open";
        }
    }

    private static string Cut(string text) => text.Length <= LongestText
        ? text
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{text[..KeptAtStart]}...<{text.Length - KeptAtStart - KeptAtEnd} chars>...{text[^KeptAtEnd..]}");
}
