// Each command is one line for a shell of root, and ends with what makes Postfix use the change: a reload, a start
// where Postfix does not run, and a stop and a start where the daemon does not reply. After a daemon that failed,
// master(8) waits up to a minute before it starts another one, also when it is reloaded.

using System;
using System.Collections.Generic;
using System.Linq;
using TlsMgr.Control.Setup;
using TlsMgr.Postfix.Config;

namespace TlsMgr.Control.Doctor;

/// <summary>The commands that change an installation.</summary>
/// <param name="installation">The installation.</param>
/// <param name="isServing">Whether its daemon replies.</param>
/// <param name="isMasterRunning">Whether its master(8) runs.</param>
internal sealed class Remedies(Installation installation, Func<bool> isServing, Func<bool> isMasterRunning)
{
    private const string DefaultDirectory = "/etc/postfix";
    private const string Wrapper = "multi_instance_wrapper";

    private string OwnFile => ShellText.Quote(installation.Store.OwnFilePath);

    /// <summary>The command that makes Postfix use a change.</summary>
    internal string Apply => isServing() ? Postfix("reload")
        : isMasterRunning() ? $"{Postfix("stop")} && {Postfix("start")}"
        : Postfix("start");

    /// <summary>The remedy of what a reload mends.</summary>
    internal Remedy ApplyOnly() => new(Apply);

    /// <summary>The remedy of a command, which Postfix has to notice.</summary>
    internal Remedy Run(string command) => new($"{command} && {Apply}");

    /// <summary>Sets a parameter, where it is set now.</summary>
    internal Remedy Set(string parameter, string value) => !IsOverridden(parameter)
        ? Run(IsInOwnFile(parameter)
            ? $"{RemoveFromOwnFile(parameter)} && {AddToOwnFile(parameter, value)}"
            : installation.Store.OwnNames.Contains(parameter) && !installation.Store.IsSet(parameter)
                ? AddToOwnFile(parameter, value)
                : Postconf(ShellText.Quoted($"{parameter}={value}")))
        : IsSeparateOption(parameter)
            ? Master("-P", $"{installation.ServiceName}/unix/{parameter}={value}")
            : Rewrite(words => Replaced(words, parameter, value));

    /// <summary>Resets a parameter to its default.</summary>
    internal Remedy Reset(string parameter) => !IsOverridden(parameter)
        ? Run(IsInOwnFile(parameter) ? RemoveFromOwnFile(parameter) : Postconf($"-X {ShellText.Quote(parameter)}"))
        : IsSeparateOption(parameter)
            ? Master("-PX", $"{installation.ServiceName}/unix/{parameter}")
            : Rewrite(words => Replaced(words, parameter, value: null));

    /// <summary>Moves a parameter from main.cf to tlsmgr.cf, perhaps under another name.</summary>
    internal Remedy MoveToOwnFile(string parameter, string value, string? name = null) =>
        Run($"{AddToOwnFile(name ?? parameter, value)} && {Postconf($"-X {ShellText.Quote(parameter)}")}");

    /// <summary>Moves a parameter from tlsmgr.cf to main.cf.</summary>
    internal Remedy MoveToMainCf(string parameter, string value) =>
        Run($"{Postconf(ShellText.Quoted($"{parameter}={value}"))} && {RemoveFromOwnFile(parameter)}");

    /// <summary>Two remedies in one: the first without making Postfix use it.</summary>
    internal Remedy Before(Remedy first, Remedy second) => first.Command.Length == 0 || second.Command.Length == 0
        ? Remedy.Advise($"{first.Command}{first.Advice}; then {second.Command}{second.Advice}")
        : second with { Command = $"{first.Command[..^$" && {Apply}".Length]} && {second.Command}" };

    /// <summary>Gives a line of tlsmgr.cf the name that was meant; removes it when that is not known.</summary>
    internal Remedy RenameInOwnFile(string parameter, string? name) =>
        !IsPlain(parameter) ? Remedy.Advise($"remove that line, then {Apply}")
        : name is null ? Run(RemoveFromOwnFile(parameter))
        : Run($"sed -i 's/^{parameter}\\([[:space:]]*=\\)/{name}\\1/' {OwnFile}");

    /// <summary>Gives an option of the entry the name that was meant; removes it when that is not known.</summary>
    internal Remedy RenameOption(string parameter, string value, string? name) => Rewrite(
        words => Replaced(words, parameter, name is null ? null : value, name));

    /// <summary>Sets a field of the entry in master.cf.</summary>
    internal Remedy SetField(string field, string value) =>
        Master("-F", $"{installation.ServiceName}/unix/{field}={value}");

    /// <summary>Sets a field of another entry in master.cf.</summary>
    internal Remedy SetFieldOf(MasterCfEntry entry, string field, string value) =>
        Master("-F", $"{entry.Service}/{entry.Type}/{field}={value}");

    /// <summary>Sets the command of another entry in master.cf.</summary>
    internal Remedy SetCommand(MasterCfEntry entry, string command) => Master(
        "-F", $"{entry.Service}/{entry.Type}/command={command} {string.Join(' ', entry.Arguments.Select(Braced))}"
            .TrimEnd());

    /// <summary>Adds an entry to master.cf, or replaces it.</summary>
    internal Remedy SetEntry(string service, string type, string entry) => Master("-M", $"{service}/{type}={entry}");

    /// <summary>Writes the entry of tlsmgr anew, which leaves one where there are several.</summary>
    internal Remedy Rewrite(Func<IReadOnlyList<string>, IEnumerable<string>> change)
    {
        MasterCfEntry entry = installation.Entry!;
        string[] words =
        [
            entry.Service, entry.Type, entry.Private, entry.Unprivileged, entry.Chroot, entry.WakeUp,
            entry.ProcessLimit, entry.Command, .. change(entry.Arguments).Select(Braced),
        ];
        return SetEntry(entry.Service, entry.Type, string.Join(' ', words));
    }

    /// <summary>The command of postfix(1) for this instance.</summary>
    internal string Postfix(string verb) => installation.Directory != DefaultDirectory
        ? $"postfix -c {ShellText.Quote(installation.Directory)} {verb}"
        // With a wrapper, postfix(1) acts on all instances.
        : installation.Store.IsSet(Wrapper) && installation.Store.ExpandOrRaw(Wrapper).Length > 0
            ? $"postmulti -i - -p {verb}"
            : $"postfix {verb}";

    private string Postconf(string arguments) => $"postconf -c {ShellText.Quote(installation.Directory)} {arguments}";

    /// <summary>A change of master.cf by postconf(1), which has to accept the file first.</summary>
    private Remedy Master(string option, string argument)
    {
        Remedy remedy = Run(Postconf($"{option} {ShellText.Quoted(argument)}"));
        return installation.MasterCf is { Fault: null, PostconfFault: null }
            ? remedy
            : Remedy.Advise($"correct the other line of master.cf, then: {remedy.Command}");
    }

    private string AddToOwnFile(string parameter, string value) =>
        $"printf '%s\\n' {ShellText.Quoted($"{parameter} = {value}")} >>{OwnFile}";

    private string RemoveFromOwnFile(string parameter) =>
        $"sed -i '/^{parameter}[[:space:]]*=/d' {OwnFile}";

    /// <summary>Whether tlsmgr.cf is what sets a parameter.</summary>
    private bool IsInOwnFile(string parameter) => installation.Store.OwnNames.Contains(parameter)
        && installation.Store.IsSet(parameter)
        && installation.Store.OwnInMainCf.All(pair => pair.Key != parameter);

    /// <summary>Whether the entry's options set a parameter: they win over main.cf.</summary>
    private bool IsOverridden(string parameter) =>
        installation.Options.Overrides.Any(pair => pair.Key == parameter);

    /// <summary>Whether -o and its value are two words; postconf(1) corrupts the line when they are one.</summary>
    private bool IsSeparateOption(string parameter) =>
        installation.Entry?.Arguments.Any(word => NameOf(word) == parameter) ?? false;

    /// <summary>The arguments without an option -o, and with a new value for it when there is one.</summary>
    private static List<string> Replaced(
        IReadOnlyList<string> arguments, string parameter, string? value, string? name = null)
    {
        List<string> result = [];
        for (int i = 0; i < arguments.Count; i++)
        {
            bool isSeparate = arguments[i] == "-o" && i + 1 < arguments.Count && NameOf(arguments[i + 1]) == parameter;
            bool isJoined = arguments[i].StartsWith("-o", StringComparison.Ordinal)
                && NameOf(arguments[i][2..]) == parameter;
            i += isSeparate ? 1 : 0;
            if (!isSeparate && !isJoined)
            {
                result.Add(arguments[i]);
            }
        }

        return value is null ? result : [.. result, "-o", $"{name ?? parameter}={value}"];
    }

    /// <summary>Whether a name is one that sed(1) and a shell take literally.</summary>
    private static bool IsPlain(string name) =>
        name.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter == '_');

    private static string NameOf(string word) => word.Split('=')[0].Trim();

    private static string Braced(string word) => word.IndexOfAny([' ', '\t']) >= 0 ? $"{{ {word} }}" : word;
}
