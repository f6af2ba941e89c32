using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using CommandLine;
using TlsMgr.Control.Client;
using TlsMgr.Control.Output;
using TlsMgr.Control.Setup;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control.Verbs;

/// <summary>
/// The verb stats: the figures of the daemon since its start, for people, for programs and for Prometheus.
/// </summary>
[Verb("stats", HelpText = "Show the statistics of the daemon since its start.")]
internal sealed class StatsVerb : ControlVerb
{
    private const int MaximumSeconds = 24 * 60 * 60;

    private readonly MetricLabels _labels = new();
    private int? _watchSeconds;
    private DaemonReport? _lastReport;
    private long _lastTime;

    [Option("prometheus", HelpText = "Print the text exposition format of Prometheus.")]
    public bool Prometheus { get; set; }

    [Option("label", Min = 1, MetaValue = "NAME=VALUE",
        HelpText = "Add a label to every metric. May be repeated. Default: instance, where Postfix has a name for it.")]
    public IEnumerable<string> Labels { get; set; } = [];

    [Option("output", Min = 1, Max = 1, MetaValue = "FILE",
        HelpText = "Write to FILE, which is replaced by rename, instead of standard output.")]
    public IEnumerable<string> OutputFile { get; set; } = [];

    [Option("watch", Min = 1, Max = 1, MetaValue = "SECONDS",
        HelpText = "Repeat every SECONDS, 1 to 86400, until interrupted, with rates beside the counters.")]
    public IEnumerable<string> Watch { get; set; } = [];

    /// <summary>The clock by which rates are computed.</summary>
    internal TimeProvider Clock { get; init; } = TimeProvider.System;

    internal override void CheckArguments()
    {
        _watchSeconds = ReadNumber(Watch, "number of seconds", MaximumSeconds);
        if (Json && Prometheus)
        {
            throw new FatalException("either --json or --prometheus");
        }

        if (Labels.Any() && !Prometheus)
        {
            throw new FatalException("--label is for --prometheus");
        }

        if (OutputFile.SingleOrDefault() is { Length: 0 })
        {
            throw new FatalException("--output: the name of the file is empty");
        }

        _labels.Add(Labels);
    }

    /// <summary>
    /// Connects anew each time: a reload of Postfix starts another daemon, and in between there may be none.
    /// </summary>
    private protected override void Execute(Installation installation, TextWriter output, Log log)
    {
        if (Prometheus && !Labels.Any() && installation.Store.Expand("multi_instance_name") is { Length: > 0 } instance)
        {
            _labels.Add("instance", instance);
        }

        if (_watchSeconds is not { } seconds)
        {
            Show(installation, output, log);
            return;
        }

        while (true)
        {
            try
            {
                Show(installation, output, log);
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
        long time = Clock.GetTimestamp();
        FigureTree figures = new(ControlRequests.Stats(connection));
        DaemonReport report = new(figures, ControlRequests.Info(connection));
        if (Prometheus)
        {
            StatsPrometheus.Write(report, _labels, output);
        }
        else if (Json)
        {
            StatsJson.Write(report, output);
        }
        else
        {
            FigureRates? rates = FigureRates.Between(_lastReport, report, Clock.GetElapsedTime(_lastTime, time));
            new StatsText(report, rates, Terminal.Columns).Write(output);
        }

        (_lastReport, _lastTime) = (report, time);
        return true;
    }

    private void Show(Installation installation, TextWriter output, Log log)
    {
        if (OutputFile.SingleOrDefault() is not { } file)
        {
            base.Execute(installation, output, log);
            return;
        }

        using StringWriter text = new() { NewLine = "\n" };
        try
        {
            base.Execute(installation, text, log);
            AtomicFile.Write(file, text.ToString());
        }
        catch (NoReplyException) when (Prometheus)
        {
            StatsPrometheus.WriteUp(isUp: false, _labels, text);
            AtomicFile.Write(file, text.ToString());
            throw;
        }
    }
}
