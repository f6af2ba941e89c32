// All parameters by name: what main.cf and the command line set, and the defaults of those we know. Values are expanded
// when they are asked for. Must never be changed once the daemon serves.

using System;
using System.Collections.Generic;
using System.Linq;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Postfix.Config;

/// <summary>The parameters of this process; for one thread.</summary>
public sealed class ParameterStore
{
    private readonly Dictionary<string, string> _set = [];
    private readonly Dictionary<string, string> _defaults = [];
    private readonly Dictionary<string, string> _readOnly = [];
    private readonly SortedSet<string> _own = new(StringComparer.Ordinal);
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

    /// <summary>
    /// Makes a parameter of this daemon known: from now on, and not before, a value that refers to it finds its default
    /// when nobody set it.
    /// </summary>
    public void Define(ParameterDefinition parameter)
    {
        _own.Add(parameter.Name);
        DefineForeign(parameter.Name);
        _defaults[parameter.Name] = parameter.Default;
    }

    /// <summary>Whether main.cf or the command line set a parameter.</summary>
    public bool IsSet(string name) => _set.ContainsKey(name);

    /// <summary>The expanded text of a parameter; empty when nobody knows the name.</summary>
    /// <exception cref="FatalException">Its text has a fault, which warnings have told.</exception>
    public string Expand(string name) => FindRaw(name) is string raw ? _expansion.Expand(raw) : "";

    /// <summary>Makes a parameter known and answers its expanded and checked text.</summary>
    /// <exception cref="FatalException">It cannot be expanded, or is too short.</exception>
    public string Text(ParameterDefinition parameter) => ParameterValue.Text(parameter, Read(parameter));

    /// <summary>Makes an integer parameter known and answers its checked value.</summary>
    /// <exception cref="FatalException">It cannot be expanded, is no integer, or out of bounds.</exception>
    public int Integer(ParameterDefinition parameter) => ParameterValue.Integer(parameter, Read(parameter));

    /// <summary>Makes a parameter that is a number of 64 bits known, a size, and answers its checked value.</summary>
    /// <exception cref="FatalException">It cannot be expanded, is no integer, or too small.</exception>
    public long Long(ParameterDefinition parameter) => ParameterValue.Long(parameter, Read(parameter));

    /// <summary>Makes a time parameter known and answers its checked value, in seconds.</summary>
    /// <exception cref="FatalException">It cannot be expanded, is no time, or out of bounds.</exception>
    public int TimeSeconds(ParameterDefinition parameter) => ParameterValue.TimeSeconds(parameter, Read(parameter));

    /// <summary>Makes a parameter that is yes or no known and answers its checked value.</summary>
    /// <exception cref="FatalException">It cannot be expanded, or is neither.</exception>
    public bool Boolean(ParameterDefinition parameter) => ParameterValue.Boolean(parameter, Read(parameter));

    /// <summary>The parameters of this daemon with their expanded texts, in the order of names (postconf -x).</summary>
    /// <exception cref="FatalException">One of them cannot be expanded.</exception>
    public IEnumerable<KeyValuePair<string, string>> EffectiveValues()
    {
        foreach (string name in _own)
        {
            yield return new(name, Expand(name));
        }
    }

    /// <summary>
    /// What was set in vain, unexpanded: names that no parameter of this daemon has, and no value refers to.
    /// </summary>
    /// <param name="prefix">How the names begin that other programs of Postfix cannot have.</param>
    public IEnumerable<KeyValuePair<string, string>> UnusedValues(string prefix)
    {
        HashSet<string> used = [.. _own];
        foreach (string value in _set.Values)
        {
            used.UnionWith(MacroScanner.References(value));
        }

        return _set.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal) && !used.Contains(pair.Key))
            .OrderBy(pair => pair.Key, StringComparer.Ordinal);
    }

    /// <summary>Sets a value that nobody can override; it is text as it stands, a dollar sign means itself.</summary>
    internal void DefineReadOnly(string name, string text)
    {
        DefineForeign(name);
        _readOnly[name] = text.Replace("$", "$$", StringComparison.Ordinal);
    }

    private string Read(ParameterDefinition parameter)
    {
        Define(parameter);
        return Expand(parameter.Name);
    }

    private void DefineForeign(string parameter)
    {
        foreach ((string name, string text) in ForeignDefaults.ReadBefore(parameter))
        {
            _defaults[name] = text;
        }
    }

    private string? FindRaw(string name) =>
        _readOnly.TryGetValue(name, out string? text) || _set.TryGetValue(name, out text)
        || _defaults.TryGetValue(name, out text)
            ? text
            : null;
}
