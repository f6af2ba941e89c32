// All parameters by name: what main.cf and the command line set, and the defaults of those we know. Values are expanded
// when they are asked for. Must never be changed once the daemon serves.

using System;
using System.Collections.Generic;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Postfix.Config;

/// <summary>The parameters of this process; for one thread.</summary>
public sealed class ParameterStore
{
    private readonly Dictionary<string, string> _set = [];
    private readonly Dictionary<string, string> _defaults = [];
    private readonly Dictionary<string, string> _readOnly = [];
    private readonly MacroExpansion _expansion;

    private ParameterStore(ProcessDescription process, Log log)
    {
        FilePath = process.MainCfPath;
        Log = log;
        _set["config_directory"] = process.ConfigDirectory;
        MainCfFile.Read(FilePath, _set, log);
        _expansion = new MacroExpansion(FindRaw, log);
    }

    /// <summary>The path of the main.cf that was read; some messages name it.</summary>
    public string FilePath { get; }

    internal Log Log { get; }

    /// <summary>Reads main.cf.</summary>
    /// <param name="process">Where it is.</param>
    /// <param name="log">Takes warnings, now and whenever a value is expanded.</param>
    /// <exception cref="FatalException">The file cannot be read (<c>open FILE: REASON</c>), or a line has no name or
    /// no <c>=</c>: <c>FILE, line N: missing '=' after attribute name: "TEXT"</c>.</exception>
    public static ParameterStore Read(ProcessDescription process, Log log) => new(process, log);

    /// <summary>Lets values of the command line win over main.cf; of several with one name the last wins.</summary>
    public void Override(IEnumerable<KeyValuePair<string, string>> values)
    {
        foreach ((string name, string value) in values)
        {
            _set[name] = value;
        }
    }

    /// <summary>Makes parameters known: from now on those that nobody set expand to their defaults.</summary>
    public void Define(params ReadOnlySpan<ParameterDefinition> parameters)
    {
        foreach (ParameterDefinition parameter in parameters)
        {
            DefineDefault(parameter.Name, parameter.Default);
        }
    }

    /// <summary>Whether main.cf or the command line set a parameter.</summary>
    public bool IsSet(string name) => _set.ContainsKey(name);

    /// <summary>The expanded text of a parameter; empty when nobody knows the name.</summary>
    /// <exception cref="FatalException">Its text has a fault, which warnings have told.</exception>
    public string Expand(string name) => FindRaw(name) is string raw ? _expansion.Expand(raw) : "";

    /// <summary>The expanded and checked text of a parameter.</summary>
    /// <exception cref="FatalException">It cannot be expanded, or is too short.</exception>
    public string Text(ParameterDefinition parameter) => ParameterValue.Text(parameter, Expand(parameter.Name));

    /// <summary>The checked value of an integer parameter.</summary>
    /// <exception cref="FatalException">It cannot be expanded, is no integer, or out of bounds.</exception>
    public int Integer(ParameterDefinition parameter) => ParameterValue.Integer(parameter, Expand(parameter.Name));

    /// <summary>The checked value of a time parameter, in seconds.</summary>
    /// <exception cref="FatalException">It cannot be expanded, is no time, or out of bounds.</exception>
    public int TimeSeconds(ParameterDefinition parameter) =>
        ParameterValue.TimeSeconds(parameter, Expand(parameter.Name));

    /// <summary>The checked value of a parameter that is yes or no.</summary>
    /// <exception cref="FatalException">It cannot be expanded, or is neither.</exception>
    public bool Boolean(ParameterDefinition parameter) => ParameterValue.Boolean(parameter, Expand(parameter.Name));

    /// <summary>Every name that is known or set, with its expanded text, in the order of names (postconf -x).</summary>
    /// <exception cref="FatalException">One of them cannot be expanded.</exception>
    public IEnumerable<KeyValuePair<string, string>> EffectiveValues()
    {
        SortedSet<string> names = new(StringComparer.Ordinal);
        names.UnionWith(_set.Keys);
        names.UnionWith(_defaults.Keys);
        names.UnionWith(_readOnly.Keys);
        foreach (string name in names)
        {
            yield return new(name, Expand(name));
        }
    }

    internal void DefineDefault(string name, string text) => _defaults[name] = text;

    /// <summary>Sets a value that nobody can override; it is text as it stands, a dollar sign means itself.</summary>
    internal void DefineReadOnly(string name, string text) =>
        _readOnly[name] = text.Replace("$", "$$", StringComparison.Ordinal);

    private string? FindRaw(string name) =>
        _readOnly.TryGetValue(name, out string? text) || _set.TryGetValue(name, out text)
        || _defaults.TryGetValue(name, out text)
            ? text
            : null;
}
