// The verb stats: what the daemon has counted since its start, for people, for programs and for Prometheus.

using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using CommandLine;
using TlsMgr.Control.Client;
using TlsMgr.Control.Output;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control.Verbs;

/// <summary>Shows the figures.</summary>
[Verb("stats", HelpText = "Show what the daemon has counted since its start.")]
internal sealed class StatsVerb : ControlVerb
{
    private const int MostSeconds = 24 * 60 * 60;

    private int? _watchSeconds;

    [Option("prometheus", HelpText = "The text exposition format of Prometheus.")]
    public bool Prometheus { get; set; }

    [Option("watch", Min = 1, Max = 1, MetaValue = "SECONDS",
        HelpText = "Again and again, so many seconds apart, 1 to 86400, until interrupted.")]
    public IEnumerable<string> Watch { get; set; } = [];

    private protected override void CheckArguments()
    {
        _watchSeconds = ReadNumber(Watch, "number of seconds", MostSeconds);
        if (Json && Prometheus)
        {
            throw new FatalException("either --json or --prometheus");
        }
    }

    /// <summary>
    /// Each account is asked for over a connection of its own: a reload of Postfix brings another daemon, and between
    /// the two there may be none.
    /// </summary>
    private protected override void Execute(string socket, TextWriter output, Log log)
    {
        if (_watchSeconds is not { } seconds)
        {
            base.Execute(socket, output, log);
            return;
        }

        while (true)
        {
            try
            {
                base.Execute(socket, output, log);
                output.WriteLine();
            }
            catch (NoAnswerException fault)
            {
                log.Warning($"{fault.Message} -- trying again in {seconds} s");
            }

            Thread.Sleep(TimeSpan.FromSeconds(seconds));
        }
    }

    private protected override bool Execute(ServiceConnection connection, TextWriter output)
    {
        Action<FigureTree, TextWriter> write = Json ? StatsJson.Write
            : Prometheus ? StatsPrometheus.Write
            : StatsText.Write;
        write(new FigureTree(ControlRequests.Stats(connection)), output);
        return true;
    }
}
