// All cases run on one daemon, in order: a session that one case stores, a later one looks up.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using TlsMgr.Differential.Drivers;
using TlsMgr.Testing;

namespace TlsMgr.Differential.Cases;

/// <summary>
/// Cases of the wire: those of the recording of scripted clients, and those that it holds only in part.
/// </summary>
internal static partial class WireCases
{
    private const string Group = "wire";
    private const string Policy = "request|policy|cache_type|smtpd||";

    /// <summary>
    /// ipc_timeout, in seconds: with Postfix's tlsmgr, all clients wait that long for one inside a request.
    /// </summary>
    private const int IpcTimeoutSeconds = 2;

    private static readonly TimeSpan UntilTimeout = TimeSpan.FromSeconds(3 * IpcTimeoutSeconds);

    private static readonly Dictionary<string, string[]> Quirks = new()
    {
        ["seed size='0x10'"] = ["leftover-buffers"],
        ["seed size='32 '"] = ["leftover-buffers"],
        ["non-ascii cache_id update"] = ["cache-id-is-bytes"],
        ["non-ascii cache_id lookup"] = ["cache-id-is-bytes"],
        ["empty attribute list + good request in one write"] = ["pipelined-requests"],
        ["4 NULs"] = ["pipelined-requests"],
        ["pipelined 3 in one write"] = ["pipelined-requests"],
        ["pipelined 50 in one write"] = ["pipelined-requests"],
        ["binary garbage with NULs"] = ["pipelined-requests"],
        ["binary garbage with NULs, not closed"] = ["pipelined-requests"],
        ["request policy sent as \"re\" + rest (first 2 bytes alone)"] = ["trigger-or-request"],
        ["3 bytes W NUL NUL"] = ["judged-when-whole"],
        ["stops in a name, ipc_timeout passes"] = ["stuck-client"],
        ["stops in a name after a whole attribute, ipc_timeout passes"] = ["stuck-client"],
        ["stops in a value, ipc_timeout passes"] = ["stuck-client"],
        ["attr with empty name"] = ["pipelined-requests"],
    };

    /// <summary>The daemon's configuration.</summary>
    internal static IReadOnlyList<string> MainCf { get; } =
    [
        "smtpd_tls_session_cache_database = btree:${data_directory}/smtpd_scache",
        "smtp_tls_session_cache_database = btree:${data_directory}/smtp_scache",
        "smtp_tls_session_cache_timeout = 60",
        "smtpd_tls_loglevel = 2",
        "smtp_tls_loglevel = 2",
        $"ipc_timeout = {IpcTimeoutSeconds}s",
    ];

    /// <summary>All cases, with the daemon's configuration.</summary>
    internal static SharedCases All() => new(
        Group, [.. MainCf],
        [
            .. Steps(RepositoryRoot.Fixture("wire", "wire-3.7.txt")).Select(one => new SideCase(
                Group, one.Name, daemon => daemon.RunClient(one.Steps), Quirks.GetValueOrDefault(one.Name, []))),
        ]);

    /// <summary>The client's steps in each case: as recorded, or with pauses.</summary>
    internal static IEnumerable<(string Name, ClientStep[] Steps)> Steps(string recording)
    {
        (string Name, ClientStep[] Steps)[] pauses = [.. Pauses()];
        return WireRecording.Read(recording)
            .Select(recorded => (Name: recorded.Title, Steps: StepsOf(recorded)))
            .Where(one => one.Steps.Length > 0 && !pauses.Any(pause => pause.Name == one.Name))
            .Concat(pauses);
    }

    private static ClientStep[] StepsOf(WireCase recorded)
    {
        Match sized = SizedPattern().Match(recorded.Title);
        if (sized.Success)
        {
            return [Sized(sized.Groups[1].Value, sized.Groups[2].Value, int.Parse(sized.Groups[3].Value, null))];
        }

        return recorded.Title switch
        {
            "tktkey known name" => [new ClientStep(RequestKnownKey)],
            "pipelined 50 in one write" => [new ClientStep(string.Concat(Enumerable.Repeat(Policy, 50)))],
            _ => [.. recorded.Steps.Select(step => new ClientStep(_ => step.Bytes, step.ThenCloses))],
        };
    }

    /// <summary>
    /// Updates and lookups of long ids and sessions: the recording has their length and not their bytes.
    /// </summary>
    private static ClientStep Sized(string verb, string what, int bytes)
    {
        string id = what == "cache_id" ? new string('i', bytes) : $"session-of-{bytes}";
        string session = Convert.ToBase64String(what == "session" ? Pattern(bytes) : Pattern(10));
        return verb == "update"
            ? new ClientStep($"request|update|cache_type|smtpd|cache_id|{id}|session|{session}||")
            : new ClientStep($"request|lookup|cache_type|smtpd|cache_id|{id}||");
    }

    private static byte[] Pattern(int bytes) => [.. Enumerable.Range(0, bytes).Select(i => (byte)(i * 7))];

    private static byte[] RequestKnownKey(DaemonUnderTest daemon)
    {
        string reply = Encoding.Latin1.GetString(daemon.RequestReply("request|tktkey|keyname|||"));
        string key = reply.Split('\0')[3];
        return DaemonUnderTest.Bytes($"request|tktkey|keyname|{Convert.ToBase64String(Convert.FromBase64String(key)[..16])}||");
    }

    /// <summary>Requests that are sent in pieces, with time between them.</summary>
    private static IEnumerable<(string Name, ClientStep[] Steps)> Pauses()
    {
        yield return (
            "byte by byte after the third",
            [new ClientStep(Policy[..3]), .. Policy[3..].Select(letter => new ClientStep(letter.ToString()))]);
        yield return ("split 3 + rest", [new ClientStep(Policy[..3]), new ClientStep(Policy[3..])]);
        yield return (
            "split \"request|policy|\" + rest", [new ClientStep("request|policy|"), new ClientStep("cache_type|smtpd||")]);
        foreach ((string name, string part) in new[] { ("name", "req"), ("name after a whole attribute", "request|policy|"), ("value", "request|pol") })
        {
            yield return (
                $"stops in a {name}, ipc_timeout passes",
                [
                    new ClientStep(_ => DaemonUnderTest.Bytes(part), UntilEnd: UntilTimeout),
                    new ClientStep("icy|cache_type|smtpd||"),
                ]);
        }
    }

    [GeneratedRegex(@"^(update|lookup) (cache_id|session) (\d+) bytes$")]
    private static partial Regex SizedPattern();
}
