// master.cf as text: logical lines of eight fields and the arguments of a command (master(5)). Must never judge a
// field.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control.Setup;

/// <summary>One entry, its fields as they are written; <c>-</c> is the default.</summary>
/// <param name="Private">Whether the socket is in private/.</param>
/// <param name="Unprivileged">Whether the daemon gives up privileges.</param>
/// <param name="Chroot">Whether it goes to a jail.</param>
/// <param name="WakeUp">Seconds between wake-ups.</param>
/// <param name="ProcessLimit">How many processes there may be.</param>
/// <param name="Command">The program's name.</param>
/// <param name="Arguments">Its arguments, without braces.</param>
internal sealed record MasterCfEntry(
    string Private, string Unprivileged, string Chroot, string WakeUp, string ProcessLimit, string Command,
    IReadOnlyList<string> Arguments)
{
    /// <summary>Whether others stand before it: master(8) warns, and takes the last.</summary>
    internal bool IsRepeated { get; init; }
}

/// <summary>Reads master.cf.</summary>
internal static class MasterCfFile
{
    private const int FieldCount = 8;

    private static readonly char[] Blanks = [' ', '\t', '\r', '\f', '\v'];

    /// <summary>
    /// The last entry of a service with a socket of the Unix domain; null when there is none, or no file.
    /// </summary>
    /// <exception cref="FatalException">The file cannot be read.</exception>
    internal static MasterCfEntry? Find(string path, string service)
    {
        MasterCfEntry? last = null;
        foreach (string line in LogicalLines(File.Exists(path) ? Read(path) : ""))
        {
            string[] words = [.. Words(line)];
            if (words.Length >= FieldCount && words[0] == service && words[1] == "unix")
            {
                last = new MasterCfEntry(
                    words[2], words[3], words[4], words[5], words[6], words[7], words[FieldCount..])
                {
                    IsRepeated = last is not null,
                };
            }
        }

        return last;
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new FatalException($"open {path}: {fault.Message}");
        }
    }

    /// <summary>Lines with those that continue them; without comments and blank lines.</summary>
    private static List<string> LogicalLines(string text)
    {
        List<string> lines = [];
        foreach (string line in text.Split('\n'))
        {
            string trimmed = line.TrimStart(Blanks);
            if (trimmed.Length == 0 || trimmed[0] == '#')
            {
                continue;
            }

            if (trimmed.Length < line.Length && lines.Count > 0)
            {
                lines[^1] += line;
            }
            else
            {
                lines.Add(line);
            }
        }

        return lines;
    }

    /// <summary>Words between blanks; <c>{ … }</c> is one, without the braces and the blanks at its ends.</summary>
    private static IEnumerable<string> Words(string line)
    {
        StringBuilder word = new();
        int depth = 0;
        foreach (char character in line.Append(' '))
        {
            depth += character == '{' ? 1 : character == '}' ? -1 : 0;
            if (depth > 0 || !Blanks.Contains(character))
            {
                word.Append(character);
            }
            else if (word.Length > 0)
            {
                yield return WithoutBraces(word.ToString());
                word.Clear();
            }
        }
    }

    private static string WithoutBraces(string word) =>
        word[0] == '{' && word[^1] == '}' ? word[1..^1].Trim(Blanks) : word;
}
