// The verb stats: what the daemon has counted since its start, for people, for programs and for Prometheus.

using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using CommandLine;
using TlsMgr.Control.Administration;
using TlsMgr.Control.Service;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control;

/// <summary>Shows the figures.</summary>
[Verb("stats", HelpText = "Show what the daemon has counted since its start.")]
internal sealed class StatsVerb : ControlVerb
{
    [Option("prometheus", HelpText = "The text exposition format of Prometheus.")]
    public bool Prometheus { get; set; }

    [Option("watch", MetaValue = "SECONDS", HelpText = "Again and again, so many seconds apart, until interrupted.")]
    public int? Watch { get; set; }

    private protected override void CheckArguments()
    {
        if (Watch < 1)
        {
            throw new FatalException($"bad number of seconds {Watch}: 1 and more");
        }

        if (Json && Prometheus)
        {
            throw new FatalException("either --json or --prometheus");
        }
    }

    private protected override bool Execute(ServiceConnection connection, TextWriter output)
    {
        Show(connection, output);
        while (Watch is { } seconds)
        {
            Thread.Sleep(TimeSpan.FromSeconds(seconds));
            output.WriteLine();
            Show(connection, output);
        }

        return true;
    }

    private void Show(ServiceConnection connection, TextWriter output)
    {
        List<KeyValuePair<string, long>> figures = ControlRequests.Stats(connection)
            ?? throw new NoAnswerException("the daemon refuses to tell its statistics");
        Action<FigureTree, TextWriter> write = Json ? StatsJson.Write
            : Prometheus ? StatsPrometheus.Write
            : StatsText.Write;
        write(new FigureTree(figures), output);
        output.Flush();
    }
}
