// main.cf as text: logical lines of "name = value"; a line that begins with white space continues the line before it
// (postconf(5)). Values are neither expanded nor checked: main.cf holds parameters of every Postfix program.

using System;
using System.Collections.Generic;
using System.Text;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Postfix.Config;

/// <summary>Reads main.cf, and tlsmgr.cf, which has the same syntax.</summary>
internal static class MainCfFile
{
    // The quoted part of a logical line that begins with white space.
    private const int ExcerptBytes = 30;

    /// <summary>
    /// Reads a file into unexpanded values by name. Of several entries with one name the last wins, with a warning
    /// when its value differs. Bytes that are not UTF-8 become U+FFFD.
    /// </summary>
    /// <param name="path">The file; its name is part of every message.</param>
    /// <param name="values">The values set so far; receives the values of the file.</param>
    /// <param name="log">Receives the warnings.</param>
    /// <exception cref="FatalException">The file cannot be read (<c>open FILE: REASON</c>, <c>read FILE: REASON</c>),
    /// or a line has no name or no <c>=</c>: <c>FILE, line N: missing '=' after attribute name: "TEXT"</c>.</exception>
    internal static void Read(string path, Dictionary<string, string> values, Log log) =>
        Parse(path, ConfigText.Read(path), values, log, static fault => throw new FatalException(fault));

    /// <summary>
    /// Reads a regular file, if there is one. A fault of the file or of a line is a warning; the other lines count.
    /// </summary>
    /// <param name="path">The file; its name is part of every message.</param>
    /// <param name="values">Receives the values of the file.</param>
    /// <param name="log">Receives the warnings.</param>
    internal static void ReadIfThere(string path, Dictionary<string, string> values, Log log)
    {
        try
        {
            Parse(path, ConfigText.ReadIfThere(path), values, log, log.Warning);
        }
        catch (FatalException fault)
        {
            log.Warning(fault.Message);
        }
    }

    private static void Parse(
        string path, string text, Dictionary<string, string> values, Log log, Action<string> reportFault)
    {
        StringBuilder logicalLine = new();
        int lineNumber = 0;
        int firstLineNumber = 0;

        // Only a line feed ends a line: a carriage return is white space, and a continued line keeps it.
        foreach (string line in text.Split('\n'))
        {
            lineNumber++;
            int start = NameValueText.SkipWhiteSpace(line, 0);
            if (start == line.Length || line[start] == '#')
            {
                continue;
            }

            if (start == 0 && firstLineNumber > 0)
            {
                Add(values, logicalLine.ToString(), path, firstLineNumber, log, reportFault);
                logicalLine.Clear();
            }

            firstLineNumber = start == 0 || firstLineNumber == 0 ? lineNumber : firstLineNumber;
            logicalLine.Append(line);
        }

        if (firstLineNumber > 0)
        {
            Add(values, logicalLine.ToString(), path, firstLineNumber, log, reportFault);
        }
    }

    private static void Add(
        Dictionary<string, string> values, string text, string path, int lineNumber, Log log,
        Action<string> reportFault)
    {
        // As in C, a text ends at its first NUL.
        int end = text.IndexOf('\0');
        text = end < 0 ? text : text[..end];
        if (text.Length > 0 && NameValueText.IsWhiteSpace(text[0]))
        {
            log.Warning($"{path}: logical line must not start with whitespace: \"{Excerpt(text)}\"");
            return;
        }

        string? fault = NameValueText.Split(text, out string name, out string value);
        if (fault is not null)
        {
            reportFault($"{path}, line {lineNumber}: {fault}: \"{text}\"");
            return;
        }

        if (values.TryGetValue(name, out string? old) && old != value)
        {
            log.Warning($"{path}, line {lineNumber}: overriding earlier entry: {name}={old}");
        }

        values[name] = value;
    }

    private static string Excerpt(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return bytes.Length <= ExcerptBytes ? text : $"{PrintableText.FromBytes(bytes.AsSpan(0, ExcerptBytes))}...";
    }
}
