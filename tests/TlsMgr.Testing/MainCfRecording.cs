using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace TlsMgr.Testing;

/// <summary>
/// One case of main.cf-3.7.txt, -more-, -order- or -hosts-3.7.txt. Input: main.cf and arguments; result: exit status,
/// output and log records ("NAME TAG: TEXT").
/// </summary>
public sealed record MainCfRecording(
    string HostName, string Heading, string MainCf, string[] Arguments, int ExitStatus, string Output, string[] Log)
{
    /// <summary>Precedes the name of the recording host, in the file's comment.</summary>
    public const string HostNameMark = "host name: ";

    private const string Base = """
        queue_directory = /rig/queue
        data_directory = /rig/data
        mail_owner = postfix
        inet_interfaces = 127.0.0.1
        compatibility_level = 3.6
        maillog_file = /var/log/x

        """;

    public static IReadOnlyList<MainCfRecording> ReadAll(string file)
    {
        string path = RepositoryRoot.Fixture("config", file);
        string hostName = File.ReadLines(path).First(line => line.Contains(HostNameMark, StringComparison.Ordinal))
            .Split(HostNameMark)[1];
        List<MainCfRecording> recordings = [];
        List<string> block = [];
        foreach (string line in FixtureFile.ReadLines(path))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal) && block.Count > 0)
            {
                recordings.Add(Parse(hostName, block));
                block.Clear();
            }

            block.Add(line);
        }

        recordings.Add(Parse(hostName, block));
        return recordings;
    }

    private static MainCfRecording Parse(string hostName, List<string> block)
    {
        RecordingLiteral heading = new(block[0]["## ".Length..]);
        bool isAddition = heading.IsNextList();
        string[] lines = heading.Take();
        string mainCf = isAddition ? Base + string.Concat(lines.Select(line => line + "\n")) : lines[0];
        string[] arguments = heading.Take();
        heading.TakeWord();
        int status = int.Parse(heading.TakeWord(), System.Globalization.CultureInfo.InvariantCulture);
        string output = heading.Take()[0];
        return new MainCfRecording(hostName, block[0], mainCf, arguments, status, output, [.. block.Skip(1).Select(Record)]);
    }

    // "    Nov 21 00:40:36 h pf/tlsmgr[15823]: fatal: text" becomes "h pf: fatal: text".
    private static string Record(string line)
    {
        int text = line.IndexOf("]: ", StringComparison.Ordinal);
        if (text < 0)
        {
            return line.Trim();
        }

        string[] words = line[..text].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string tag = words[^1][..words[^1].LastIndexOf("/tlsmgr", StringComparison.Ordinal)];
        return $"{words[^2]} {tag}: {line[(text + 3)..]}";
    }
}
