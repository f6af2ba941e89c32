// The verb list: what a cache holds, a page at a time. Sessions themselves never leave the daemon.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text.Json;
using CommandLine;
using TlsMgr.Control.Client;
using TlsMgr.Control.Output;

namespace TlsMgr.Control.Verbs;

/// <summary>Lists sessions.</summary>
[Verb("list", HelpText = "List the sessions of a cache, in the order of their ids.")]
internal sealed class ListVerb : ControlVerb
{
    private int _limit;

    [Value(0, MetaName = "CACHE", Required = true, HelpText = "smtpd, smtp or lmtp.")]
    public string Cache { get; set; } = "";

    [Option("limit", Min = 1, Max = 1, MetaValue = "N", HelpText = "At most so many.")]
    public IEnumerable<string> Limit { get; set; } = [];

    private protected override void CheckArguments()
    {
        CheckCache(Cache);
        _limit = ReadNumber(Limit, "limit", int.MaxValue) ?? int.MaxValue;
    }

    private protected override bool Execute(ServiceConnection connection, TextWriter output)
    {
        byte[] place = [];
        int left = _limit;
        bool isFirst = true;
        do
        {
            List<ListedSession>? sessions = ControlRequests.List(connection, Cache, left, ref place);
            if (sessions is null)
            {
                output.WriteLine(Json ? "null" : $"the {Cache} cache is off");
                return false;
            }

            WritePage(sessions, isFirst, output);
            isFirst &= sessions.Count == 0;
            left -= sessions.Count;
        }
        while (place.Length > 0 && left > 0);

        if (Json)
        {
            output.WriteLine(isFirst ? "[]" : "\n]");
        }

        return true;
    }

    private void WritePage(List<ListedSession> sessions, bool isFirst, TextWriter output)
    {
        if (isFirst && sessions.Count > 0)
        {
            output.Write(Json ? "[\n" : "    size  stored               left(s)  id\n");
        }

        for (int i = 0; i < sessions.Count; i++)
        {
            output.Write(Json ? (isFirst && i == 0 ? "  " : ",\n  ") + JsonOf(sessions[i]) : LineOf(sessions[i]));
        }
    }

    private static string LineOf(ListedSession session)
    {
        DateTime stored = DateTimeOffset.FromUnixTimeSeconds(session.StoredSeconds).LocalDateTime;
        return string.Create(CultureInfo.InvariantCulture,
            $"{session.SizeBytes,8}  {stored:yyyy-MM-dd HH:mm:ss}  {session.LeftSeconds,7}  ")
            + IdText.Escape(session.Id) + "\n";
    }

    private static string JsonOf(ListedSession session) => string.Create(CultureInfo.InvariantCulture,
        $"{{\"id\": \"{JsonEncodedText.Encode(IdText.Escape(session.Id))}\", \"size_bytes\": {session.SizeBytes}, "
        + $"\"stored_seconds\": {session.StoredSeconds}, \"left_seconds\": {session.LeftSeconds}}}");
}
