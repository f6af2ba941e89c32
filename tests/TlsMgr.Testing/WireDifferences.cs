using System;
using System.Collections.Generic;

namespace TlsMgr.Testing;

/// <summary>
/// The intended differences from the wire recording of Postfix's tlsmgr; compat/QUIRKS.md has the reasons.
/// </summary>
public static class WireDifferences
{
    private const string Policy = @"status\x000\x00cachable\x001\x00timeout\x003600\x00\x00";
    private const string SmtpPolicy = @"status\x000\x00cachable\x001\x00timeout\x00120\x00\x00";
    private const string Bare = @"status\x004294967294\x00\x00";
    private const string NoSeed = @"status\x004294967294\x00seed\x00\x00\x00";

    /// <summary>By the title of a case: changes the recorded result into ours.</summary>
    private static readonly Dictionary<string, Action<WireCase>> Differences = new()
    {
        // leftover-buffers: the reply has no bytes of an earlier reply.
        ["seed size='0x10'"] = ours => ours.Replies = NoSeed,
        ["seed size='32 '"] = ours => ours.Replies = NoSeed,

        // cache-id-is-bytes
        ["non-ascii cache_id update"] = ours => ours.Log.RemoveAt(2),
        ["non-ascii cache_id lookup"] = ours =>
        {
            ours.Replies = @"status\x000\x00session\x00bmE=\x00\x00";
            ours.Log[1] = "read smtpd TLS cache entry caf\u00e9???: time=T [data 2 bytes]";
        },

        // pipelined-requests: all requests are served, in order.
        ["empty attribute list + good request in one write"] = ours => ours.Replies += Policy,
        ["4 NULs"] = ours =>
        {
            ours.Replies += Bare;
            ours.Log.Add(ours.Log[0]);
        },
        ["pipelined 3 in one write"] = ours =>
            ours.Replies = Policy + @"status\x000\x00seed\x00<8 characters>\x00\x00" + SmtpPolicy,
        ["binary garbage with NULs"] = ours =>
        {
            ours.Replies += Bare;
            ours.Log.Add(ours.Log[0]);
        },

        // trigger-or-request: two bytes may be the start of a request.
        ["request policy sent as \"re\" + rest (first 2 bytes alone)"] = ours => ours.Replies = Policy,

        // judged-when-whole: a message is judged when it is complete.
        ["3 bytes W NUL NUL"] = ours =>
        {
            ours.Replies = "";
            ours.Log.Clear();
        },
    };

    /// <summary>The titles of the cases that differ.</summary>
    public static IEnumerable<string> Titles => Differences.Keys;

    /// <summary>Changes the result of Postfix's tlsmgr into ours, when the case differs.</summary>
    public static void Apply(WireCase wireCase)
    {
        if (Differences.TryGetValue(wireCase.Title, out Action<WireCase>? adapt))
        {
            adapt(wireCase);
        }
    }
}
