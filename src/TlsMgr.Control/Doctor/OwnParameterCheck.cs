using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using TlsMgr.Control.Output;
using TlsMgr.Postfix.Config;

namespace TlsMgr.Control.Doctor;

/// <summary>
/// Whether parameters that Postfix does not have are set in main.cf, where its commands report each as unused, rather
/// than in tlsmgr.cf; and whether a name that is set without effect is probably meant to be one of them.
/// </summary>
internal static class OwnParameterCheck
{
    private const string Name = "tlsmgr.cf";
    private const string Prefix = "tlsmgr_";
    private const string ServiceName = "tlsmgr_service_name";

    internal static IEnumerable<Finding> Examine(ExaminedInstallation examined)
    {
        // Postfix's own tlsmgr reads none of them.
        if (!examined.IsOurs)
        {
            return [];
        }

        Finding[] findings =
        [
            .. Misplaced(examined), .. UnknownInOwnFile(examined), .. UnknownInMainCf(examined),
            .. UnknownInOptions(examined),
        ];
        string file = examined.Installation.Store.OwnFilePath;
        return findings.Length > 0 ? findings
            :
            [
                new(Name, Verdict.Ok, File.Exists(file)
                    ? $"own parameters are read from {file}"
                    : $"there is no {file}: own parameters have their defaults"),
            ];
    }

    private static IEnumerable<Finding> Misplaced(ExaminedInstallation examined) =>
        examined.Installation.Store.OwnInMainCf.Select(pair => new Finding(
            Name, Verdict.Note, $"{pair.Key} is set in main.cf, where Postfix's commands warn of it",
            examined.Remedies.MoveToOwnFile(pair.Key, pair.Value)));

    private static IEnumerable<Finding> UnknownInOwnFile(ExaminedInstallation examined)
    {
        ParameterStore store = examined.Installation.Store;
        HashSet<string> known = [.. store.EffectiveValues().Select(static pair => pair.Key)];
        foreach ((string name, string value) in store.UnusedOwnValues())
        {
            yield return known.Contains(name)
                ? new(
                    Name, Verdict.Fault, $"{name} has no effect in {store.OwnFilePath}: it is a parameter of Postfix",
                    examined.Remedies.MoveToMainCf(name, value))
                : new(
                    Name, Verdict.Fault, Unknown(examined, name, $"in {store.OwnFilePath}"),
                    examined.Remedies.RenameInOwnFile(name, Nearest(examined, name)));
        }
    }

    private static IEnumerable<Finding> UnknownInMainCf(ExaminedInstallation examined)
    {
        ParameterStore store = examined.Installation.Store;
        HashSet<string> overridden = [.. examined.Installation.Options.Overrides.Select(static pair => pair.Key)];
        foreach ((string name, string value) in store.UnusedValues(""))
        {
            if (name == ServiceName || overridden.Contains(name))
            {
                continue;
            }

            string? nearest = Nearest(examined, name);
            if (nearest is not null)
            {
                yield return new(
                    Name, Verdict.Fault, Unknown(examined, name, "in main.cf"),
                    examined.Remedies.MoveToOwnFile(name, value, nearest));
            }
            else if (name.StartsWith(Prefix, StringComparison.Ordinal))
            {
                yield return new(
                    Name, Verdict.Fault, Unknown(examined, name, "in main.cf"), examined.Remedies.Reset(name));
            }
        }
    }

    private static IEnumerable<Finding> UnknownInOptions(ExaminedInstallation examined)
    {
        HashSet<string> known = [.. examined.Installation.Store.EffectiveValues().Select(static pair => pair.Key)];
        return examined.Installation.Options.Overrides
            .Where(pair => !known.Contains(pair.Key))
            .Select(pair => (pair.Key, pair.Value, Nearest: Nearest(examined, pair.Key)))
            .Where(static option => option.Nearest is not null
                || option.Key.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(option => new Finding(
                Name, Verdict.Fault, Unknown(examined, option.Key, "in the options of the entry in master.cf"),
                examined.Remedies.RenameOption(option.Key, option.Value, option.Nearest)));
    }

    private static string Unknown(ExaminedInstallation examined, string name, string place) =>
        $"{name} {place} is no parameter{Suggestion.For(name, examined.Installation.Store.OwnNames)}";

    private static string? Nearest(ExaminedInstallation examined, string name) =>
        Suggestion.Find(name, examined.Installation.Store.OwnNames);
}
