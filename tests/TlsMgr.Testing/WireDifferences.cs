// Where this daemon answers a case of the wire recording otherwise than the original did, on purpose. The reasons stand in
// compat/QUIRKS.md.

using System;
using System.Collections.Generic;

namespace TlsMgr.Testing;

/// <summary>The deliberate differences from the wire recording, by the title of the case.</summary>
public static class WireDifferences
{
    private const string Policy = @"status\x000\x00cachable\x001\x00timeout\x003600\x00\x00";
    private const string SmtpPolicy = @"status\x000\x00cachable\x001\x00timeout\x00120\x00\x00";
    private const string Bare = @"status\x004294967294\x00\x00";
    private const string NoSeed = @"status\x004294967294\x00seed\x00\x00\x00";

    /// <summary>Where we differ from the recording, and what we do instead; the reasons stand in compat/QUIRKS.md.</summary>
    private static readonly Dictionary<string, Action<WireCase>> Differences = new()
    {
        // Never what a buffer still held of another reply.
        ["seed size='0x10'"] = ours => ours.Replies = NoSeed,
        ["seed size='32 '"] = ours => ours.Replies = NoSeed,

        // Cache ids are bytes.
        ["non-ascii cache_id update"] = ours => ours.Log.RemoveAt(2),
        ["non-ascii cache_id lookup"] = ours =>
        {
            ours.Replies = @"status\x000\x00session\x00bmE=\x00\x00";
            ours.Log[1] = "read smtpd TLS cache entry caf\u00e9???: time=T [data 2 bytes]";
        },

        // Everything that arrives is answered, in order.
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

        // Two bytes may be the start of a request.
        ["request policy sent as \"re\" + rest (first 2 bytes alone)"] = ours => ours.Replies = Policy,

        // A message is looked at when it is whole.
        ["3 bytes W NUL NUL"] = ours =>
        {
            ours.Replies = "";
            ours.Log.Clear();
        },
    };

    /// <summary>The cases that differ.</summary>
    public static IEnumerable<string> Titles => Differences.Keys;

    /// <summary>Turns what the original did into what we do.</summary>
    public static void Apply(WireCase wireCase)
    {
        if (Differences.TryGetValue(wireCase.Title, out Action<WireCase>? adapt))
        {
            adapt(wireCase);
        }
    }
}
