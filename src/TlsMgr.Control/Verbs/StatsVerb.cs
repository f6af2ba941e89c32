using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using CommandLine;
using TlsMgr.Control.Client;
using TlsMgr.Control.Output;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control.Verbs;

/// <summary>
/// The verb stats: the figures of the daemon since its start, for people, for programs and for Prometheus.
/// </summary>
[Verb("stats", HelpText = "Show the statistics of the daemon since its start.")]
internal sealed class StatsVerb : ControlVerb
{
    private const int MaximumSeconds = 24 * 60 * 60;

    private int? _watchSeconds;

    [Option("prometheus", HelpText = "Print the text exposition format of Prometheus.")]
    public bool Prometheus { get; set; }

    [Option("watch", Min = 1, Max = 1, MetaValue = "SECONDS",
        HelpText = "Repeat every SECONDS, 1 to 86400, until interrupted.")]
    public IEnumerable<string> Watch { get; set; } = [];

    internal override void CheckArguments()
    {
        _watchSeconds = ReadNumber(Watch, "number of seconds", MaximumSeconds);
        if (Json && Prometheus)
        {
            throw new FatalException("either --json or --prometheus");
        }
    }

    /// <summary>
    /// Connects anew each time: a reload of Postfix starts another daemon, and in between there may be none.
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
            catch (NoReplyException fault)
            {
                log.Warning($"{fault.Message} -- trying again in {seconds} s");
            }

            Thread.Sleep(TimeSpan.FromSeconds(seconds));
        }
    }

    internal override bool Execute(ServiceConnection connection, TextWriter output)
    {
        Action<FigureTree, TextWriter> write = Json ? StatsJson.Write
            : Prometheus ? StatsPrometheus.Write
            : StatsText.Write;
        write(new FigureTree(ControlRequests.Stats(connection)), output);
        return true;
    }
}
