// Line prefixes: ">" what was sent, "<" what came back, "=" whether the connection was closed, "LOG" a log record.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using TlsMgr.Differential.Cases;
using TlsMgr.Differential.Drivers;
using TlsMgr.Testing;

namespace TlsMgr.Differential.Recording;

/// <summary>Writes <c>wire-*.txt</c>: the wire cases, all on one daemon.</summary>
internal static class WireRecorder
{
    private const int MaximumText = 1500;
    private const int KeptAtStart = 300;
    private const int KeptAtEnd = 100;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    internal static string[] Record(RecordedDaemon recorded, string inputs)
    {
        using DaemonUnderTest daemon = recorded.Open();
        daemon.Configure([.. WireCases.MainCf]);
        daemon.Start();
        List<string> lines =
        [
            .. FixtureFile.Header(
                recorded.Version.Text,
                ["scripted clients, case by case, one daemon for all; its main.cf:", .. WireCases.MainCf.Select(line => "  " + line)]),
        ];
        Add(lines, WireRecording.Greeting, daemon, []);
        foreach ((string name, ClientStep[] steps) in WireCases.Steps(inputs))
        {
            Add(lines, name, daemon, steps);
        }

        return [.. lines];
    }

    private static void Add(List<string> lines, string name, DaemonUnderTest daemon, ClientStep[] steps)
    {
        lines.Add($"### {name}");
        lines.AddRange(Run(daemon, steps).Select(line => "  " + line));
        daemon.AwaitProcessing();
        lines.AddRange(daemon.Take().Log.Select(record => $"  LOG tlsmgr: {Cut(LogText.Of(record))}"));
    }

    private static IEnumerable<string> Run(DaemonUnderTest daemon, ClientStep[] steps)
    {
        using Client client = daemon.Connect();
        string greeting = WireRecording.Escape(client.ReadLists(1, Timeout));
        if (steps.Length == 0)
        {
            yield return $"< {greeting}";
        }

        foreach (ClientStep step in steps)
        {
            byte[] bytes = step.Bytes(daemon);
            bool waits = step.UntilEnd > TimeSpan.Zero;
            yield return $"> {Cut(WireRecording.Escape(bytes))}"
                + (step.ThenCloses ? WireRecording.ShutDown : waits ? WireRecording.Waiting : "");
            client.Send(bytes);
            if (step.ThenCloses)
            {
                client.CloseSending();
            }

            string received = WireRecording.Escape(client.Read(daemon.Quiet, step.UntilEnd));
            yield return $"< {(received.Length == 0 ? "(no bytes)" : Cut(received))}";
        }

        if (steps.Length > 0)
        {
            yield return client.IsClosed ? "= server closed (EOF)" : "= connection left open";
        }
    }

    private static string Cut(string text) => text.Length <= MaximumText
        ? text
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{text[..KeptAtStart]}...<{text.Length - KeptAtStart - KeptAtEnd} chars>...{text[^KeptAtEnd..]}");
}
