using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using TlsMgr.Control.Setup;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control.Doctor;

/// <summary>The other Postfix instances of this machine, as far as their configuration can be read.</summary>
internal static class OtherInstances
{
    private const string Parent = "/etc";
    private const string Prefix = "postfix";

    /// <summary>Reads their configuration: those that main.cf names, and those beside /etc/postfix.</summary>
    internal static IEnumerable<Installation> Of(Installation installation)
    {
        string self = Path.TrimEndingDirectorySeparator(Path.GetFullPath(installation.Directory));
        return Directories(installation).Distinct().Where(directory => directory != self).Select(Read)
            .OfType<Installation>();
    }

    private static IEnumerable<string> Directories(Installation installation)
    {
        foreach (string name in new[] { "multi_instance_directories", "alternate_config_directories" })
        {
            string list = installation.Store.IsSet(name) ? installation.Store.ExpandOrRaw(name) : "";
            foreach (string directory in list.Split(
                [' ', ',', '\t', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries))
            {
                yield return Path.TrimEndingDirectorySeparator(directory);
            }
        }

        foreach (string directory in Beside())
        {
            yield return directory;
        }
    }

    private static string[] Beside()
    {
        try
        {
            return Directory.GetDirectories(Parent, $"{Prefix}*");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Nothing is known of other instances then.
            return [];
        }
    }

    private static Installation? Read(string directory)
    {
        try
        {
            return File.Exists($"{directory}/main.cf") ? Installation.Load(directory, new Log()) : null;
        }
        catch (FatalException)
        {
            // That instance does not start, and so uses no file.
            return null;
        }
    }
}
