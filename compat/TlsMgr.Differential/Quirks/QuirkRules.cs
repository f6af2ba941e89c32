// Each rule is as narrow as possible: it removes the difference of its row from what was observed of both. After all
// rules of a case, nothing may differ. A difference that no rule removes is a defect.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using TlsMgr.Differential.Drivers;

namespace TlsMgr.Differential.Quirks;

/// <summary>What was observed of both daemons in a case.</summary>
internal sealed record Pair(Observation Theirs, Observation Ours)
{
    /// <summary>Whether they did the same.</summary>
    internal bool Matches => Theirs.Matches(Ours);
}

/// <summary>What each row of QUIRKS.md allows, by the row's id.</summary>
internal static partial class QuirkRules
{
    private const string Fault = @"status\x004294967294";
    private const string NotFound = @"status\x004294967295";
    private const string Epoll = "fatal: event_enable_read: epoll_ctl EPOLL_CTL_ADD: Operation not permitted";
    private const string StatusChannel = "fatal: status channel: not a socket -- this program must be started by master(8)";

    private static readonly Dictionary<string, Func<Pair, Pair>> Rules = new()
    {
        ["pipelined-requests"] = ServesAllRequests,
        ["stdin-all-requests"] = ServesAllRequests,
        ["trigger-or-request"] = pair => Theirs(pair, events: events => events.Zip(pair.Ours.Events, (theirs, ours) =>
            theirs == "received " && ours.StartsWith(@"received status\x000", StringComparison.Ordinal) ? ours : theirs)),
        ["judged-when-whole"] = pair => Theirs(
            pair, events => events.Select(text => text == $@"received {Fault}\x00\x00" ? "received " : text)),
        ["leftover-buffers"] = pair => Theirs(
            pair, events => events.Select(text => LeftOverPattern().Replace(text, "$1"))),
        ["cache-id-is-bytes"] = KeepsBytes,
        ["stuck-client"] = pair => Theirs(Ours(pair, log: WithoutTimeout), log: log => WithoutTimeout(log)
            .Where(text => !text.Contains("unexpected end-of-input from tlsmgr socket", StringComparison.Ordinal))),
        ["stdin-nothing"] = pair => Theirs(
            pair,
            events => events.Select(text => text.Replace("exit status -6,", "exit status 0,", StringComparison.Ordinal)),
            log => log.Where(text => !text.EndsWith("panic: vstream_fflush_some: read-only stream", StringComparison.Ordinal)
                && !text.EndsWith("end-of-input while reading request from unknown_stream: Application error", StringComparison.Ordinal))),
        ["no-master"] = pair => Theirs(
            pair, log: log => log.Select(text => text.Replace(Epoll, StatusChannel, StringComparison.Ordinal))),
        ["unexpected-argument"] = pair => Theirs(
            pair,
            events => events.Select(text => text.StartsWith("greeting protocol", StringComparison.Ordinal) ? "greeting " : text),
            log => log.Select(text => UnexpectedPattern().Match(pair.Ours.Log[^1]) is { Success: true } ours
                ? text.Replace(StatusChannel, ours.Value, StringComparison.Ordinal) : text)),
        ["verbose-lines"] = pair => Theirs(
            Ours(pair, log: log => log.Where(text => IsCommonOrGrave(text, pair.Theirs))),
            log: log => log.Where(text => IsCommonOrGrave(text, pair.Ours))),
        ["statistics"] = pair => Ours(pair, log: log => log.Where(text => !StatisticsPattern().IsMatch(text))),
        ["control-socket"] = pair => Ours(pair, log: log => log.Where(text => !ControlSocketPattern().IsMatch(text))),
        ["cache-file-name"] = HasOurFile,
        ["cache-not-opened"] = ReportsNotCachable,
        ["same-cache-file"] = RefusesSharedFile,
        ["cache-damaged"] = EmptiesDamaged,
        ["cache-not-ours"] = ReportsNotCachable,
        ["cache-made-anew"] = MakesAnew,
        ["long-cache-id"] = TakesLongId,
        ["sessions-survive"] = FindsSession,
        ["entropy-source-lost"] = ServesAnyway,
        ["entropy-end-of-file"] = pair => Theirs(
            pair, log: log => log.Select(text => text.Replace(": Application error", ": unexpected end of file", StringComparison.Ordinal))),
        ["exchange-file-lost"] = ServesAnyway,
        ["exchange-file-not-ours"] = MakesFileAnew,
        ["signal-saves"] = pair => Theirs(
            pair, events => events.Select(text => text.Replace("file changed: False", "file changed: True", StringComparison.Ordinal))),
        ["status-messages"] = pair => Theirs(
            pair, events => events.Select(text => ReportPattern().Replace(text, "reported 0 1"))),
    };

    /// <summary>The ids that have a rule.</summary>
    internal static IEnumerable<string> Ids => Rules.Keys;

    /// <summary>
    /// Removes what the row cache-file-name allows in every case: Debian's 3.11 warns that btree: and hash: are
    /// deprecated whenever it opens one. Other releases do not, so no case can require this difference.
    /// </summary>
    internal static Observation WithoutAdvice(Observation theirs) =>
        theirs with { Log = [.. theirs.Log.Where(text => !AdvicePattern().IsMatch(text))] };

    /// <summary>Removes what these rows allow from a pair; null when one of them has nothing to remove.</summary>
    internal static Pair? Apply(IEnumerable<string> ids, Pair pair)
    {
        foreach (string id in ids)
        {
            Pair next = Rules[id](pair);
            if (next.Theirs.Matches(pair.Theirs) && next.Ours.Matches(pair.Ours))
            {
                return null;
            }

            pair = next;
        }

        return pair;
    }

    /// <summary>
    /// Ours serves requests that theirs leaves unserved: replies and log of ours begin with those of theirs.
    /// </summary>
    private static Pair ServesAllRequests(Pair pair) => Theirs(
        pair,
        events => events.Zip(pair.Ours.Events, (theirs, ours) =>
            theirs.Contains("status", StringComparison.Ordinal) && ours.StartsWith(theirs, StringComparison.Ordinal) ? ours : theirs),
        log => pair.Ours.Log.Take(pair.Theirs.Log.Count).SequenceEqual(log) ? pair.Ours.Log : log);

    /// <summary>Theirs refuses a cache id that is not UTF-8; ours stores and finds it.</summary>
    private static Pair KeepsBytes(Pair pair) => Theirs(
        Ours(pair, log: log => log.Where(text => !text.Contains("read smtpd TLS cache entry caf", StringComparison.Ordinal))),
        events => events.Select(text => text == $@"received {NotFound}\x00session\x00\x00\x00"
            ? @"received status\x000\x00session\x00bmE=\x00\x00" : text),
        log => log.Where(text => !text.Contains(": non-UTF-8 key \"", StringComparison.Ordinal)));

    /// <summary>A type that theirs lacks and ours maps to an LMDB file.</summary>
    private static Pair HasOurFile(Pair pair) => pair.Ours.Log.Any(IsGrave) ? pair : pair with { Theirs = pair.Ours };

    /// <summary>
    /// The cache is off: theirs reports it cachable, or exits; ours reports it not cachable, logs one error and one
    /// warning, and serves the other requests.
    /// </summary>
    private static Pair ReportsNotCachable(Pair pair)
    {
        bool isOff = pair.Ours.Events.Contains(@"reply status\x000\x00cachable\x000\x00timeout\x003600\x00\x00")
            || pair.Ours.Events[0].Contains(@"cachable\x000\x00timeout\x003600", StringComparison.Ordinal);
        bool isReported = pair.Ours.Log.Count(text => text.Contains(": error: ", StringComparison.Ordinal)) == 1
            && pair.Ours.Log.Count(text => text.Contains("is unavailable. ", StringComparison.Ordinal)) == 1
            && pair.Ours.Log.Count(IsGrave) == 2;
        return isOff && isReported && Serves(pair.Ours) ? pair with { Theirs = pair.Ours } : pair;
    }

    private static Pair RefusesSharedFile(Pair pair) =>
        pair.Ours.Events.SequenceEqual(pair.Theirs.Events)
        || pair.Ours.Log[^1].Contains("fatal: do not use the same TLS cache file ", StringComparison.Ordinal)
            ? pair with { Theirs = pair.Ours }
            : pair;

    private static Pair EmptiesDamaged(Pair pair) =>
        pair.Ours.Log.Count(IsGrave) == 1
        && pair.Ours.Log.Any(text => text.EndsWith("-- starting with an empty cache", StringComparison.Ordinal))
        && pair.Ours.Events.Contains(@"reply status\x000\x00session\x00QUJD\x00\x00")
            ? pair with { Theirs = pair.Ours }
            : pair;

    private static Pair MakesAnew(Pair pair) =>
        pair.Ours.Events.Contains(@"reply status\x000\x00session\x00QUJD\x00\x00") ? MakesFileAnew(pair) : pair;

    private static Pair MakesFileAnew(Pair pair) =>
        pair.Ours.Log.Count(IsGrave) == 1 && Serves(pair.Ours)
        && pair.Ours.Log.Any(text => text.EndsWith("-- removed and made anew", StringComparison.Ordinal))
            ? pair with { Theirs = pair.Ours }
            : pair;

    private static Pair TakesLongId(Pair pair) =>
        pair.Theirs.Log.Any(text => text.Contains("fatal: ", StringComparison.Ordinal)) && !pair.Ours.Log.Any(IsGrave)
        && pair.Ours.Events.Contains(@"reply status\x000\x00session\x00QUJD\x00\x00")
            ? pair with { Theirs = pair.Ours }
            : pair;

    /// <summary>
    /// Theirs does not find the session that was stored before the restart; ours finds it and logs the read.
    /// </summary>
    private static Pair FindsSession(Pair pair) => Theirs(
        pair,
        events => events.Zip(pair.Ours.Events, (theirs, ours) =>
            theirs == $@"reply {NotFound}\x00session\x00\x00\x00" && ours == @"reply status\x000\x00session\x00QUJD\x00\x00"
                ? ours : theirs),
        log => log.Concat(pair.Ours.Log.Skip(pair.Theirs.Log.Count).Where(text =>
            text.EndsWith(": read smtpd TLS cache entry id: time=T [data 3 bytes]", StringComparison.Ordinal))));

    /// <summary>Theirs exits, at once or after waiting; ours logs the same texts as warnings and serves.</summary>
    private static Pair ServesAnyway(Pair pair)
    {
        string[] theirs = [.. pair.Theirs.Log.Where(IsGrave).Select(text => text.Replace("fatal:", "warning:", StringComparison.Ordinal))];
        bool hasTheirTexts = theirs.All(text => pair.Ours.Log.Contains(text));
        bool onlyWarns = pair.Ours.Log.Where(IsGrave).All(text => text.Contains(": warning: ", StringComparison.Ordinal))
            && pair.Ours.Log.Count(IsGrave) <= int.Max(theirs.Length, 1);
        return hasTheirTexts && onlyWarns && Serves(pair.Ours) ? pair with { Theirs = pair.Ours } : pair;
    }

    private static bool Serves(Observation ours) =>
        ours.Events.Where(text => text.StartsWith("reply ", StringComparison.Ordinal)).All(text => text != "reply ")
        && ours.Events.Any(text => text.StartsWith("exit status 0", StringComparison.Ordinal));

    private static IEnumerable<string> WithoutTimeout(IEnumerable<string> log) =>
        log.Where(text => !text.Contains("timeout on tlsmgr socket while reading input attribute ", StringComparison.Ordinal));

    private static bool IsCommonOrGrave(string text, Observation other) => IsGrave(text) || other.Log.Contains(text);

    private static bool IsGrave(string text) => GravePattern().IsMatch(text);

    private static Pair Theirs(
        Pair pair, Func<IEnumerable<string>, IEnumerable<string>>? events = null,
        Func<IEnumerable<string>, IEnumerable<string>>? log = null) =>
        pair with { Theirs = Change(pair.Theirs, events, log) };

    private static Pair Ours(
        Pair pair, Func<IEnumerable<string>, IEnumerable<string>>? events = null,
        Func<IEnumerable<string>, IEnumerable<string>>? log = null) =>
        pair with { Ours = Change(pair.Ours, events, log) };

    private static Observation Change(
        Observation seen, Func<IEnumerable<string>, IEnumerable<string>>? events,
        Func<IEnumerable<string>, IEnumerable<string>>? log) =>
        new([.. events?.Invoke(seen.Events) ?? seen.Events], [.. log?.Invoke(seen.Log) ?? seen.Log]);

    [GeneratedRegex("warning: (.*hash/btree support is deprecated\\.|See .*/NON_BERKELEYDB_README)")]
    private static partial Regex AdvicePattern();

    [GeneratedRegex(@"(status\\x004294967294\\x00(?:seed|keybuf)\\x00)<\d+ characters>")]
    private static partial Regex LeftOverPattern();

    [GeneratedRegex("^[^ ]+: statistics: (smtpd session cache|service): [a-z]+ ")]
    private static partial Regex StatisticsPattern();

    [GeneratedRegex("^[^ ]+: warning: control socket /rig/data/tlsmgr_control: .* -- continuing without control socket$")]
    private static partial Regex ControlSocketPattern();

    [GeneratedRegex("^reported( 0 1)+( 0)?$")]
    private static partial Regex ReportPattern();

    [GeneratedRegex("fatal: unexpected command-line argument: .*$")]
    private static partial Regex UnexpectedPattern();

    [GeneratedRegex("^[^ ]+: (warning|error|fatal|panic): ")]
    private static partial Regex GravePattern();
}
