// Without --trust, nothing that a value names is opened, created or contacted.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using CommandLine;
using TlsMgr.Control.Output;
using TlsMgr.Control.Setup;
using TlsMgr.Postfix.Config;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control.Verbs;

/// <summary>
/// The verb config: the effective value of every parameter that tlsmgr(8) reads, as postconf -x prints it, after the
/// daemon's checks. Invariant: nothing that a value names is opened, created or contacted.
/// </summary>
[Verb("config", HelpText = "Print the effective values of the parameters that tlsmgr reads, as postconf -x does.")]
internal sealed class ConfigVerb : InstallationVerb
{
    /// <summary>The prefix of the parameters of TlsMgr; one of Postfix's own has it, too.</summary>
    private const string OwnPrefix = "tlsmgr_";

    // postconf(1) replaces these by one blank, and keeps a form feed or vertical tab.
    private static readonly char[] Blanks = [' ', '\t', '\r', '\n'];

    [Option('n', HelpText = "Only parameters that main.cf or -o sets.")]
    public bool OnlySet { get; set; }

    [Option('h', HelpText = "Values only, without \"name = \".")]
    public bool OnlyValues { get; set; }

    [Option('x', HelpText = "Expand $name in values. This is the default; accepted as postconf has it.")]
    public bool Expands { get; set; }

    [Option("trust", HelpText = "Show what decides whether stored sessions are kept, and what of it has changed since "
        + "the daemon started. Needs root.")]
    public bool Trust { get; set; }

    [Option('o', Min = 1, Separator = OverrideOption.Separator, MetaValue = "NAME=VALUE",
        HelpText = "Set a parameter, as in master.cf. May be repeated.")]
    public IEnumerable<string> Overrides { get; set; } = [];

    [Value(0, MetaName = "NAME", HelpText = "Only these parameters, in this order.")]
    public IEnumerable<string> Names { get; set; } = [];

    internal override void Execute(TextWriter output, Log log)
    {
        CheckArguments();
        if (Trust)
        {
            TrustTable.Load(Installation.Load(Directory, log), log).Write(output, Json);
            return;
        }

        ParameterStore store = Load(log);
        KeyValuePair<string, string>[] values = [.. Select(store, log)];
        if (Json)
        {
            WriteJson(output, values);
        }
        else
        {
            WriteText(output, values);
        }

        store.WarnOfUnusedOwnValues();
        foreach ((string name, string value) in store.UnusedValues(OwnPrefix))
        {
            if (name != Installation.ServiceNameParameter)
            {
                log.Warning($"{store.FilePath}: unused parameter: {name}={value}");
            }
        }
    }

    internal override void CheckArguments()
    {
        if (Trust && (OnlySet || OnlyValues || Expands || Overrides.Any() || Names.Any()))
        {
            throw new FatalException("config: --trust takes neither NAME nor -h, -n, -o, -x");
        }
    }

    // In the order and with the checks of the daemon's start.
    private ParameterStore Load(Log log)
    {
        ProcessDescription process = Installation.Describe(Directory);
        ParameterStore store = ParameterStore.Read(process, log);
        DaemonOptions options = DaemonOptions.Parse(
            [.. Overrides.Where(static text => text.Length > 0).SelectMany(static text => new[] { "-o", text })]);
        if (options.Fault is { } fault)
        {
            throw new FatalException(fault);
        }

        PostfixParameters.Load(store, options, process);
        TlsManagerParameters.Load(store);
        return store;
    }

    private IEnumerable<KeyValuePair<string, string>> Select(ParameterStore store, Log log)
    {
        Dictionary<string, string> values = new(store.EffectiveValues());
        string[] names = [.. Json ? Names.Distinct() : Names];
        foreach (string name in names.Length > 0 ? names : [.. values.Keys])
        {
            if (!values.TryGetValue(name, out string? value))
            {
                log.Warning($"{name}: unknown parameter");
            }
            else if (!OnlySet || store.IsSet(name))
            {
                yield return new(name, value);
            }
        }
    }

    private void WriteText(TextWriter output, IEnumerable<KeyValuePair<string, string>> values)
    {
        foreach ((string name, string value) in values)
        {
            string text = string.Join(' ', value.Split(Blanks, StringSplitOptions.RemoveEmptyEntries));
            output.WriteLine(OnlyValues ? text : $"{name} = {text}".TrimEnd(' '));
        }
    }

    private static void WriteJson(TextWriter output, IEnumerable<KeyValuePair<string, string>> values) =>
        JsonText.Write(output, writer =>
        {
            writer.WriteStartObject();
            foreach ((string name, string value) in values)
            {
                writer.WriteString(name, value);
            }

            writer.WriteEndObject();
        });
}
