using System;
using System.Collections.Generic;
using System.Linq;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Postfix.Config;

/// <summary>
/// All parameters by name: the values that main.cf and the command line set, and the defaults of those defined here.
/// Values are expanded on demand. For one thread; not changed after start-up.
/// </summary>
public sealed class ParameterStore
{
    private readonly Dictionary<string, string> _set;
    private readonly Dictionary<string, string> _mainCf;
    private readonly Dictionary<string, string> _ownFile;
    private readonly HashSet<string> _ownNames = [];
    private readonly Dictionary<string, string> _defaults;
    private readonly Dictionary<string, string> _readOnly;
    private readonly SortedSet<string> _own = new(StringComparer.Ordinal);
    private readonly MacroExpansion _expansion;

    private ParameterStore(ProcessDescription process, Log log)
    {
        FilePath = process.MainCfPath;
        Log = log;
        _mainCf = new() { ["config_directory"] = process.ConfigDirectory };
        MainCfFile.Read(FilePath, _mainCf, log);
        OwnFilePath = process.OwnFilePath;
        _ownFile = [];
        MainCfFile.ReadIfThere(OwnFilePath, _ownFile, log);
        _set = new(_mainCf);
        _defaults = [];
        _readOnly = [];
        _expansion = new MacroExpansion(FindRaw, log);
    }

    private ParameterStore(ParameterStore origin, Log log)
    {
        FilePath = origin.FilePath;
        OwnFilePath = origin.OwnFilePath;
        _ownFile = origin._ownFile;
        _ownNames = [.. origin._ownNames];
        Log = log;
        _mainCf = origin._mainCf;
        _set = new(_mainCf);
        _defaults = new(origin._defaults);
        _readOnly = new(origin._readOnly);
        _expansion = new MacroExpansion(FindRaw, log);
    }

    /// <summary>The path of the main.cf that was read, for messages.</summary>
    public string FilePath { get; }

    /// <summary>The path of tlsmgr.cf, for messages.</summary>
    public string OwnFilePath { get; }

    internal Log Log { get; }

    /// <summary>
    /// Reads main.cf, and tlsmgr.cf if there is one. The latter sets parameters that Postfix does not have, unless
    /// main.cf or the command line set them; its faults are warnings.
    /// </summary>
    /// <param name="process">Names the configuration directory.</param>
    /// <param name="log">Receives warnings, now and whenever a value is expanded.</param>
    /// <exception cref="FatalException">The file cannot be read (<c>open FILE: REASON</c>, <c>read FILE: REASON</c>),
    /// or a line has no name or no <c>=</c>: <c>FILE, line N: missing '=' after attribute name: "TEXT"</c>.</exception>
    public static ParameterStore Read(ProcessDescription process, Log log) => new(process, log);

    /// <summary>
    /// The same main.cf as another program of this Postfix reads it, without the overrides of this one and without
    /// warnings. To be called when this program's parameters have been loaded: their defaults are shared.
    /// </summary>
    /// <param name="program">The program's name.</param>
    /// <param name="service">The name of its service in master.cf.</param>
    /// <param name="overrides">What its command line sets.</param>
    public ParameterStore For(
        string program, string service, IEnumerable<KeyValuePair<string, string>> overrides)
    {
        ParameterStore store = new(this, new Log());
        store.Override(overrides);
        store.DefineReadOnly("process_name", program);
        store.DefineReadOnly("service_name", service);
        store.DefineReadOnly("process_id", "");
        return store;
    }

    /// <summary>Adds defaults of that other program's parameters, as <see cref="For"/> does not know them.</summary>
    /// <param name="defaults">The unexpanded defaults by name.</param>
    public void AddDefaults(IEnumerable<KeyValuePair<string, string>> defaults)
    {
        foreach ((string name, string text) in defaults)
        {
            _defaults[name] = text;
        }
    }

    /// <summary>The names that main.cf or the command line set.</summary>
    public IReadOnlyCollection<string> SetNames => _set.Keys;

    /// <summary>Overrides main.cf with values of the command line; of several with one name the last wins.</summary>
    public void Override(IEnumerable<KeyValuePair<string, string>> values)
    {
        foreach ((string name, string value) in values)
        {
            _set[name] = value;
        }
    }

    /// <summary>
    /// Defines a parameter of this daemon. From now on, and not before, a reference to the parameter finds its default
    /// when the parameter is not set.
    /// </summary>
    public void Define(ParameterDefinition parameter)
    {
        _own.Add(parameter.Name);
        DefineForeign(parameter.Name);
        _defaults[parameter.Name] = parameter.Default;
        if (parameter.IsOwn)
        {
            _ownNames.Add(parameter.Name);
            _defaults[parameter.Name] = _ownFile.GetValueOrDefault(parameter.Name, parameter.Default);
        }
    }

    /// <summary>The names of the parameters that Postfix does not have.</summary>
    public IReadOnlyCollection<string> OwnNames => _ownNames;

    /// <summary>Those of them that main.cf sets, with their unexpanded values, sorted by name.</summary>
    public IEnumerable<KeyValuePair<string, string>> OwnInMainCf => _mainCf
        .Where(pair => _ownNames.Contains(pair.Key)).OrderBy(static pair => pair.Key, StringComparer.Ordinal);

    /// <summary>Whether main.cf, tlsmgr.cf or the command line set a parameter.</summary>
    public bool IsSet(string name) =>
        _set.ContainsKey(name) || (_ownNames.Contains(name) && _ownFile.ContainsKey(name));

    /// <summary>The values of tlsmgr.cf that have no effect, unexpanded: no own parameter has the name.</summary>
    public IEnumerable<KeyValuePair<string, string>> UnusedOwnValues() =>
        _ownFile.Where(pair => !_ownNames.Contains(pair.Key));

    /// <summary>
    /// Logs a warning, in the words of postconf(1), for each value of tlsmgr.cf that has no effect: no own parameter
    /// has the name. To be called when all parameters are defined.
    /// </summary>
    public void WarnOfUnusedOwnValues()
    {
        foreach ((string name, string value) in UnusedOwnValues())
        {
            Log.Warning($"{OwnFilePath}: unused parameter: {name}={value}");
        }
    }

    /// <summary>Returns the expanded text of a parameter; empty for an unknown name.</summary>
    /// <exception cref="FatalException">The text has a fault, which was logged as a warning.</exception>
    public string Expand(string name) => FindRaw(name) is string raw ? _expansion.Expand(raw) : "";

    /// <summary>The same; a text with a fault is returned as it is written.</summary>
    public string ExpandOrRaw(string name)
    {
        try
        {
            return Expand(name);
        }
        catch (FatalException)
        {
            // The program that reads it ends with that fault; here the text only has to be told from others.
            return FindRaw(name) ?? "";
        }
    }

    /// <summary>Defines a parameter and returns its expanded and checked text.</summary>
    /// <exception cref="FatalException">It cannot be expanded, or is too short.</exception>
    public string Text(ParameterDefinition parameter) => ParameterValue.Text(parameter, Read(parameter));

    /// <summary>Defines an integer parameter and returns its checked value.</summary>
    /// <exception cref="FatalException">It cannot be expanded, is not an integer, or out of bounds.</exception>
    public int Integer(ParameterDefinition parameter) => ParameterValue.Integer(parameter, Read(parameter));

    /// <summary>Defines an integer parameter of 64 bits and returns its checked value.</summary>
    /// <exception cref="FatalException">It cannot be expanded, is not an integer, or too small.</exception>
    public long Long(ParameterDefinition parameter) => ParameterValue.Long(parameter, Read(parameter));

    /// <summary>Defines a size parameter and returns its checked value, in bytes.</summary>
    /// <exception cref="FatalException">It cannot be expanded, is not a size, or too small.</exception>
    public long SizeBytes(ParameterDefinition parameter) => ParameterValue.SizeBytes(parameter, Read(parameter));

    /// <summary>Defines a time parameter and returns its checked value, in seconds.</summary>
    /// <exception cref="FatalException">It cannot be expanded, is not a time, or out of bounds.</exception>
    public int TimeSeconds(ParameterDefinition parameter) => ParameterValue.TimeSeconds(parameter, Read(parameter));

    /// <summary>Defines a yes/no parameter and returns its checked value.</summary>
    /// <exception cref="FatalException">It cannot be expanded, or is neither yes nor no.</exception>
    public bool Boolean(ParameterDefinition parameter) => ParameterValue.Boolean(parameter, Read(parameter));

    /// <summary>
    /// Returns the parameters of this daemon with their expanded texts, sorted by name (as postconf -x).
    /// </summary>
    /// <exception cref="FatalException">One of them cannot be expanded.</exception>
    public IEnumerable<KeyValuePair<string, string>> EffectiveValues()
    {
        foreach (string name in _own)
        {
            yield return new(name, Expand(name));
        }
    }

    /// <summary>
    /// Returns values that were set without effect, unexpanded, sorted by name: no parameter of this daemon has the
    /// name, and no value refers to it.
    /// </summary>
    /// <param name="prefix">The prefix of names that no other program of Postfix uses.</param>
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

    /// <summary>Defines a value that cannot be overridden. The text is literal: a dollar sign is not special.</summary>
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
