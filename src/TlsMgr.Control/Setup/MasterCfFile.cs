// master.cf as text: logical lines, one entry each (master(5)). Must never judge a field.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control.Setup;

/// <summary>What master.cf says of one service, and whether Postfix takes the file.</summary>
internal sealed class MasterCfFile
{
    /// <summary>What a line that continues another begins with.</summary>
    internal static readonly char[] WhiteSpace = [' ', '\t', '\n', '\v', '\f', '\r'];

    private MasterCfFile(string path, string service)
    {
        Path = path;
        foreach ((int number, string line) in LogicalLines(File.Exists(path) ? ReadText(path) : ""))
        {
            if (Parse(number, line) is not { } entry)
            {
                continue;
            }

            PostconfFault ??= PostconfFaultOf(entry) is { } fault ? Place(number, fault) : null;
            if (entry.Service == service && entry.Type == "unix")
            {
                Entry = entry with { IsRepeated = Entry is not null };
            }
        }
    }

    /// <summary>Where it is.</summary>
    internal string Path { get; }

    /// <summary>The last entry of the service with a socket of the Unix domain; null when there is none.</summary>
    internal MasterCfEntry? Entry { get; private set; }

    /// <summary>The first line that master(8) does not take: file, line, reason in its words; null for none.</summary>
    internal string? Fault { get; private set; }

    /// <summary>
    /// The first line that master(8) takes and postconf(1) does not, which postfix(1) asks before it starts; null for
    /// none.
    /// </summary>
    internal string? PostconfFault { get; private set; }

    /// <summary>Reads it. No file is an empty one.</summary>
    /// <exception cref="FatalException">The file cannot be read.</exception>
    internal static MasterCfFile Read(string path, string service) => new(path, service);

    private MasterCfEntry? Parse(int number, string line)
    {
        try
        {
            return MasterCfEntry.Parse(line);
        }
        catch (FatalException fault)
        {
            Fault ??= Place(number, fault.Message);
            return null;
        }
    }

    private string Place(int number, string reason) => $"{Path}: line {number}: {PrintableText.Clean(reason)}";

    private static string? PostconfFaultOf(MasterCfEntry entry)
    {
        string wakeUp = entry.WakeUp;
        return !MasterCfNumber.IsPlain(wakeUp.EndsWith('?') ? wakeUp[..^1] : wakeUp) ? Invalid("wakeup", wakeUp)
            : !MasterCfNumber.IsPlain(entry.ProcessLimit) ? Invalid("process_limit", entry.ProcessLimit)
            : null;
    }

    private static string Invalid(string field, string value) => $"invalid {field} field \"{value}\"";

    private static string ReadText(string path)
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

    /// <summary>
    /// Lines with those that continue them, each with the number of its first; without comments and blank lines. What
    /// continues no line master(8) leaves out, with a warning.
    /// </summary>
    private static IEnumerable<(int Number, string Text)> LogicalLines(string text)
    {
        List<(int Number, string Text)> lines = [];
        foreach ((int index, string line) in text.Split('\n').Index())
        {
            string trimmed = line.TrimStart(WhiteSpace);
            if (trimmed.Length == 0 || trimmed[0] == '#')
            {
                continue;
            }

            if (trimmed.Length < line.Length && lines.Count > 0)
            {
                lines[^1] = (lines[^1].Number, lines[^1].Text + line);
            }
            else
            {
                lines.Add((index + 1, line));
            }
        }

        return lines.Where(line => !WhiteSpace.Contains(line.Text[0]));
    }
}
