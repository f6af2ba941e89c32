using System.Collections.Generic;
using System.Linq;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Postfix.Config;

/// <summary>The entries of master.cf, and whether Postfix accepts the file: logical lines of master(5).</summary>
public sealed class MasterCfFile
{
    /// <summary>The characters at the start of a continuation line.</summary>
    internal static readonly char[] WhiteSpace = [' ', '\t', '\n', '\v', '\f', '\r'];

    private readonly List<MasterCfEntry> _entries = [];

    private MasterCfFile(string path, string text)
    {
        Path = path;
        foreach ((int number, string line) in LogicalLines(text))
        {
            if (Parse(number, line) is not { } entry)
            {
                continue;
            }

            PostconfFault ??= PostconfFaultOf(entry) is { } fault ? Locate(number, fault) : null;

            // master(8) warns of a repeated entry, and uses the last.
            int earlier = _entries.FindIndex(other => other.Service == entry.Service && other.Type == entry.Type);
            if (earlier >= 0)
            {
                _entries.RemoveAt(earlier);
            }

            _entries.Add(entry with { IsRepeated = earlier >= 0 });
        }
    }

    /// <summary>The path of the file.</summary>
    public string Path { get; }

    /// <summary>The entries that master(8) uses.</summary>
    public IReadOnlyList<MasterCfEntry> Entries => _entries;

    /// <summary>The first line that master(8) rejects: file, line, reason in its words; null for none.</summary>
    public string? Fault { get; private set; }

    /// <summary>
    /// The first line that master(8) accepts and postconf(1) rejects, with the reason; null for none. postfix(1) runs
    /// postconf before it starts.
    /// </summary>
    public string? PostconfFault { get; private set; }

    /// <summary>Reads the file; a missing file counts as an empty one.</summary>
    /// <exception cref="FatalException">The file cannot be read, or is no regular file.</exception>
    public static MasterCfFile Read(string path) => new(path, ConfigText.ReadIfThere(path));

    /// <summary>The last entry of the service with type unix; null without one.</summary>
    public MasterCfEntry? Find(string service) =>
        _entries.Find(entry => entry.Service == service && entry.Type == "unix");

    private MasterCfEntry? Parse(int number, string line)
    {
        try
        {
            return MasterCfEntry.Parse(line);
        }
        catch (FatalException fault)
        {
            Fault ??= Locate(number, fault.Message);
            return null;
        }
    }

    private string Locate(int number, string reason) => $"{Path}: line {number}: {PrintableText.Clean(reason)}";

    private static string? PostconfFaultOf(MasterCfEntry entry)
    {
        string wakeUp = entry.WakeUp;
        return !MasterCfNumber.IsPlain(wakeUp.EndsWith('?') ? wakeUp[..^1] : wakeUp) ? Invalid("wakeup", wakeUp)
            : !MasterCfNumber.IsPlain(entry.ProcessLimit) ? Invalid("process_limit", entry.ProcessLimit)
            : null;
    }

    private static string Invalid(string field, string value) => $"invalid {field} field \"{value}\"";

    /// <summary>
    /// Lines joined with their continuation lines, each with the number of its first; without comments and blank lines.
    /// As master(8) does, continuation lines without a line before them are left out.
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
