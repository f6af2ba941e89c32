// Whether two answers are the same, apart from what rows of QUIRKS.md allow. Each rule looks at the conversation too: it
// holds only where the input has what the row is about.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;

namespace TlsMgr.Differential.Fuzz;

/// <summary>Judges conversations.</summary>
internal static partial class Judge
{
    private const int OriginalBufferBytes = 4096;
    private const string NonText = ": non-UTF-8 key \"";

    /// <summary>The rows of QUIRKS.md that it knows.</summary>
    internal static readonly string[] Quirks =
        ["leftover-buffers", "pipelined-requests", "cache-id-is-bytes", "faulty-text", "judged-when-whole"];

    /// <summary>Whether both did the same, or differ only as written.</summary>
    internal static bool IsSame(Conversation conversation, Answer theirs, Answer ours)
    {
        theirs = theirs with { Log = [.. theirs.Log.Select(WithoutFaultyText)] };
        ours = ours with { Log = [.. ours.Log.Select(WithoutFaultyText)] };
        string[] replies = [.. theirs.Replies.Select(reply => LeftOverPattern().Replace(reply, "$1"))];
        if (replies.SequenceEqual(ours.Replies) && theirs.Log.SequenceEqual(ours.Log))
        {
            return true;
        }

        return IsPipelined(conversation, replies, theirs.Log, ours)
            || IsJudgedInParts(conversation, replies, theirs.Log, ours)
            || IsNoText(replies, theirs.Log, ours);
    }

    /// <summary>They judge a long message by their first buffer, and take the rest for another.</summary>
    private static bool IsJudgedInParts(Conversation conversation, string[] replies, IReadOnlyList<string> log, Answer ours) =>
        conversation.LastBytes.Length > OriginalBufferBytes
        && replies[..^2].SequenceEqual(ours.Replies.SkipLast(2)) && replies[^1] == ours.Replies[^1]
        && replies[^2].StartsWith(ours.Replies[^2], StringComparison.Ordinal)
        && log.Take(ours.Log.Count).SequenceEqual(ours.Log);

    /// <summary>With messages that it has not looked at, the original does not see the client's end either.</summary>
    private static bool EndsAlike(string theirs, string ours) => theirs == ours || theirs == "left open";

    /// <summary>They answer the first of several messages, and we all; the connection ends alike.</summary>
    private static bool IsPipelined(Conversation conversation, string[] replies, IReadOnlyList<string> log, Answer ours) =>
        conversation.HasMoreThanOneMessage
        && replies[..^2].SequenceEqual(ours.Replies.SkipLast(2)) && EndsAlike(replies[^1], ours.Replies[^1])
        && ours.Replies[^2].StartsWith(replies[^2], StringComparison.Ordinal)
        && ours.Log.Take(log.Count).SequenceEqual(log);

    /// <summary>They warn of an id that is no text and do not store it; we do.</summary>
    private static bool IsNoText(string[] replies, IReadOnlyList<string> log, Answer ours) =>
        log.Any(text => text.Contains(NonText, StringComparison.Ordinal))
        && log.Where(text => !text.Contains(NonText, StringComparison.Ordinal)).SequenceEqual(ours.Log)
        && replies.Zip(ours.Replies, SameButForStatus).All(isSame => isSame);

    private static bool SameButForStatus(string theirs, string ours) =>
        theirs == ours || (StatusPattern().IsMatch(theirs) && StatusPattern().IsMatch(ours));

    /// <summary>They quote what is wrong whole, or its first hundred characters; we only as long as it is short.</summary>
    private static string WithoutFaultyText(string record) => FaultyTextPattern().Replace(record, "[long]");

    [GeneratedRegex(
        @"(?<=unexpected attribute )(?:\[data \d+ characters\]|.{33,}).*$"
        + @"|(?<=value: )(?:\[data \d+ characters\]|.{33,})$"
        + @"|(?<=\"")(?:\[data \d+ characters\]|.{33,})(?=\"" in \"")"
        + @"|(?<=\"")(?:\[data \d+ characters\]|[^\""]{33,})(?=\"")")]
    private static partial Regex FaultyTextPattern();

    [GeneratedRegex(@"(status\\x004294967294\\x00(?:seed|keybuf|session)\\x00)(?:<\d+ characters>|[A-Za-z0-9+/=]+)(?=\\x00)")]
    private static partial Regex LeftOverPattern();

    [GeneratedRegex(@"^status\\x00(?:0|429496729[45])\\x00")]
    private static partial Regex StatusPattern();
}
