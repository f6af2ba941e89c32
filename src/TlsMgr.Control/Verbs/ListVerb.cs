using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using CommandLine;
using TlsMgr.Control.Client;
using TlsMgr.Control.Output;

namespace TlsMgr.Control.Verbs;

/// <summary>The verb list: the sessions of a cache, page by page. The control protocol carries no session.</summary>
[Verb("list", HelpText = "List the sessions of a cache, in the order of their ids.")]
internal sealed class ListVerb : CacheVerb
{
    private const string Heading = "    size  stored               left(s)";
    private const string Id = "id";
    private const int IdColumn = 40;

    private int _limit = int.MaxValue;

    [Option("limit", Min = 1, Max = 1, MetaValue = "N", HelpText = "At most N sessions.")]
    public IEnumerable<string> Limit { get; set; } = [];

    internal override void CheckArguments()
    {
        base.CheckArguments();
        _limit = ReadNumber(Limit, "limit", int.MaxValue) ?? int.MaxValue;
    }

    internal override bool Execute(ServiceConnection connection, TextWriter output)
    {
        WalkPosition position = new();
        IdPattern? pattern = Pattern;
        int remaining = _limit;
        bool isFirst = true;
        do
        {
            List<ListedSession>? sessions = ControlRequests.List(
                connection, Cache, pattern is null ? remaining : int.MaxValue, position);
            if (sessions is null)
            {
                output.WriteLine(isFirst
                    ? Json ? "null" : $"the {Cache} cache {position.Refusal}"
                    : Json ? "\n]" : $"the {Cache} cache has failed since");
                return false;
            }

            if (pattern is not null)
            {
                sessions = [.. sessions.Where(session => pattern.Matches(session.Id)).Take(remaining)];
            }

            WritePage(sessions, isFirst, output);
            isFirst &= sessions.Count == 0;
            remaining -= sessions.Count;
        }
        while (!position.IsAtEnd && remaining > 0);

        if (Json)
        {
            output.WriteLine(isFirst ? "[]" : "\n]");
        }
        else if (isFirst)
        {
            output.Write(HeadingOf(Terminal.LineColumns));
        }

        return true;
    }

    private void WritePage(List<ListedSession> sessions, bool isFirst, TextWriter output)
    {
        if (isFirst && sessions.Count > 0)
        {
            output.Write(Json ? "[\n" : HeadingOf(Terminal.LineColumns));
        }

        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        for (int i = 0; i < sessions.Count; i++)
        {
            SessionTimes times = new(sessions[i].StoredSeconds, sessions[i].LeftSeconds, now);
            output.Write(Json
                ? (isFirst && i == 0 ? "  " : ",\n  ") + JsonOf(sessions[i], times)
                : LineOf(sessions[i], times, Terminal.LineColumns));
        }
    }

    internal static string HeadingOf(int width) => $"{Heading}{(width < IdColumn + Id.Length ? "\n" : "  ")}{Id}\n";

    /// <summary>
    /// The line of a session. Where an id does not fit behind the rest, it stands below, and is one word to be pasted.
    /// </summary>
    internal static string LineOf(ListedSession session, SessionTimes times, int width)
    {
        string id = IdText.Escape(session.Id);
        string line = string.Create(
            CultureInfo.InvariantCulture, $"{session.SizeBytes,8}  {times.StoredText,-19}  {times.LeftText,7}");
        return id.Length <= width - IdColumn
            ? $"{line}  {id}\n"
            : $"{line}\n{id}\n";
    }

    private static string JsonOf(ListedSession session, SessionTimes times) => string.Create(
        CultureInfo.InvariantCulture,
        $"{{\"id\": \"{JsonEncodedText.Encode(IdText.Escape(session.Id), JsonText.Encoder)}\", "
        + $"\"size_bytes\": {session.SizeBytes}, \"stored_seconds\": {Number(times.StoredSeconds)}, "
        + $"\"left_seconds\": {Number(times.LeftSeconds)}}}");

    private static string Number(long? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "null";
}
