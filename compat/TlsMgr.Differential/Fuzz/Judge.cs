// Each rule also examines the conversation: it applies only where the input has what its row is about.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;

namespace TlsMgr.Differential.Fuzz;

/// <summary>Decides whether two results are equal, apart from what rows of QUIRKS.md allow.</summary>
internal static partial class Judge
{
    private const int PostfixBufferBytes = 4096;
    private const string NonUtf8 = ": non-UTF-8 key \"";

    /// <summary>The ids of the rows that it applies.</summary>
    internal static readonly string[] Quirks =
        ["leftover-buffers", "pipelined-requests", "cache-id-is-bytes", "faulty-text", "judged-when-whole"];

    /// <summary>Whether both did the same, or differ only as the rows allow.</summary>
    internal static bool IsSame(Conversation conversation, ConversationResult theirs, ConversationResult ours)
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
            || IsNonUtf8Id(replies, theirs.Log, ours);
    }

    /// <summary>Theirs judges a long message by the first buffer, and takes the rest for another message.</summary>
    private static bool IsJudgedInParts(Conversation conversation, string[] replies, IReadOnlyList<string> log, ConversationResult ours) =>
        conversation.LastBytes.Length > PostfixBufferBytes
        && replies[..^2].SequenceEqual(ours.Replies.SkipLast(2)) && replies[^1] == ours.Replies[^1]
        && replies[^2].StartsWith(ours.Replies[^2], StringComparison.Ordinal)
        && log.Take(ours.Log.Count).SequenceEqual(ours.Log);

    /// <summary>While messages are left unread, Postfix's tlsmgr does not notice that the client closed.</summary>
    private static bool EndMatches(string theirs, string ours) => theirs == ours || theirs == "left open";

    /// <summary>
    /// Theirs serves the first of several messages, ours serves all; the connection ends the same way.
    /// </summary>
    private static bool IsPipelined(Conversation conversation, string[] replies, IReadOnlyList<string> log, ConversationResult ours) =>
        conversation.HasMoreThanOneMessage
        && replies[..^2].SequenceEqual(ours.Replies.SkipLast(2)) && EndMatches(replies[^1], ours.Replies[^1])
        && ours.Replies[^2].StartsWith(replies[^2], StringComparison.Ordinal)
        && ours.Log.Take(log.Count).SequenceEqual(log);

    /// <summary>Theirs warns of an id that is not UTF-8 and does not store the session; ours stores it.</summary>
    private static bool IsNonUtf8Id(string[] replies, IReadOnlyList<string> log, ConversationResult ours) =>
        log.Any(text => text.Contains(NonUtf8, StringComparison.Ordinal))
        && log.Where(text => !text.Contains(NonUtf8, StringComparison.Ordinal)).SequenceEqual(ours.Log)
        && replies.Zip(ours.Replies, SameButForStatus).All(isSame => isSame);

    private static bool SameButForStatus(string theirs, string ours) =>
        theirs == ours || (StatusPattern().IsMatch(theirs) && StatusPattern().IsMatch(ours));

    /// <summary>
    /// Theirs quotes faulty text in full, or its first hundred characters; ours quotes only short text.
    /// </summary>
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
