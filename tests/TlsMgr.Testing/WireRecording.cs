using System;
using System.Collections.Generic;
using System.Text;
using System.Text.RegularExpressions;

namespace TlsMgr.Testing;

/// <summary>One step of a client: it sends bytes, and may then shut its side down.</summary>
public sealed record WireStep(byte[] Bytes, bool ThenCloses);

/// <summary>One case: what was sent, the replies, whether the server closed, and what it logged.</summary>
public sealed record WireCase(string Title)
{
    public List<WireStep> Steps { get; } = [];

    /// <summary>All replies, escaped as in the recording.</summary>
    public string Replies { get; set; } = "";

    public bool ServerCloses { get; set; }

    public List<string> Log { get; } = [];

    /// <summary>Whether the recording has all bytes, and the case does not depend on time.</summary>
    public bool IsComplete { get; set; } = true;

    /// <summary>
    /// Whether the case can be replayed. Lookups of long ids cannot: they follow updates that the recording has only in
    /// part.
    /// </summary>
    public bool IsReplayable => IsComplete && Steps.Count > 0
        && !Title.StartsWith("lookup cache_id", StringComparison.Ordinal);

    public override string ToString() => Title;
}

/// <summary>
/// Reads the recording of scripted clients of Postfix's tlsmgr: fixtures/wire. Each case is one connection.
/// </summary>
public static partial class WireRecording
{
    /// <summary>The case of a client that only connects.</summary>
    public const string Greeting = "announcement on connect";

    /// <summary>Follows the bytes of a step after which the client shut its side down.</summary>
    public const string ShutDown = " <then SHUT_WR>";

    /// <summary>Follows the bytes of a step after which the client waited for the daemon's timeout.</summary>
    public const string Waiting = " <then waits>";

    public static IReadOnlyList<WireCase> Read(string path)
    {
        List<WireCase> cases = [];
        foreach (string line in FixtureFile.ReadLines(path))
        {
            if (line.StartsWith("### ", StringComparison.Ordinal))
            {
                cases.Add(new WireCase(line[4..]));
            }
            else if (line.Length > 3)
            {
                Take(cases[^1], line[2..]);
            }
        }

        return cases;
    }

    /// <summary>
    /// Masks what differs between two runs: times, and random data, of which only the length stays.
    /// </summary>
    public static string Mask(string text)
    {
        string masked = TimePattern().Replace(text, "time=T");
        return RandomPattern().Replace(masked, match => $"{match.Groups[1].Value}<{match.Groups[2].Length} characters>");
    }

    /// <summary>Escapes bytes as in the recording.</summary>
    public static string Escape(ReadOnlySpan<byte> bytes)
    {
        StringBuilder text = new();
        foreach (byte value in bytes)
        {
            text.Append(value is >= 0x20 and < 0x7f && value != '\\' ? ((char)value).ToString() : $"\\x{value:x2}");
        }

        return text.ToString();
    }

    private static void Take(WireCase wireCase, string line)
    {
        switch (line[0])
        {
            case '>':
                bool closes = line.EndsWith(ShutDown, StringComparison.Ordinal);
                string sent = closes ? line[2..^ShutDown.Length] : line[2..];
                wireCase.IsComplete &= !CutPattern().IsMatch(sent) && !sent.EndsWith(Waiting, StringComparison.Ordinal);
                wireCase.Steps.Add(new WireStep(SessionRecording.Unescape(sent), closes));
                break;
            case '<' when line[2..] != "(no bytes)":
                wireCase.IsComplete &= !CutPattern().IsMatch(line);
                wireCase.Replies += line[2..];
                break;
            case '=':
                wireCase.ServerCloses |= line.Contains("EOF)", StringComparison.Ordinal);
                break;
            case 'L':
                wireCase.Log.Add(line["LOG tlsmgr: ".Length..]);
                break;
            default:
                break;
        }
    }

    [GeneratedRegex(@"time=\d+")]
    private static partial Regex TimePattern();

    [GeneratedRegex(@"(\\x00(?:seed|keybuf)\\x00)([A-Za-z0-9+/]{1,}={0,2})")]
    private static partial Regex RandomPattern();

    [GeneratedRegex(@"\.\.\.<\d+ chars>\.\.\.")]
    private static partial Regex CutPattern();
}
