using System;
using System.Collections.Generic;
using System.Globalization;

namespace TlsMgr.Pool.Servers;

/// <summary>What a server says of itself by INFO, as far as administrators need it.</summary>
/// <param name="Version">Its name and release: <c>redis 7.0.15</c>; empty when it is not known.</param>
/// <param name="IsCluster">Whether it is a node of a cluster.</param>
/// <param name="Policy">maxmemory-policy, and whether memory is limited: <c>noeviction</c>.</param>
/// <param name="Clients">The number of connected clients; -1 when it is not known.</param>
/// <param name="MaximumClients">The limit of that number; -1 when it is not known.</param>
internal sealed record ServerInfo(
    string Version, bool IsCluster, string Policy, long Clients, long MaximumClients)
{
    private const int MaximumTextCharacters = 64;

    /// <summary>Nothing is known.</summary>
    internal static readonly ServerInfo Unknown = new("", false, "", -1, -1);

    /// <summary>Reads the sections <c>server</c>, <c>memory</c> and <c>clients</c> of a reply.</summary>
    internal static ServerInfo Parse(params ReadOnlySpan<string?> sections)
    {
        Dictionary<string, string> fields = [];
        foreach (string? section in sections)
        {
            foreach (string line in (section ?? "").Split('\n', StringSplitOptions.TrimEntries))
            {
                int colon = line.IndexOf(':');
                if (colon > 0)
                {
                    fields[line[..colon]] = Shorten(line[(colon + 1)..]);
                }
            }
        }

        string version = fields.TryGetValue("valkey_version", out string? valkey) ? $"valkey {valkey}"
            : fields.TryGetValue("redis_version", out string? redis) ? $"redis {redis}"
            : "";
        string policy = fields.GetValueOrDefault("maxmemory_policy", "");
        return new ServerInfo(
            version, fields.GetValueOrDefault("redis_mode") == "cluster",
            policy.Length > 0 && fields.GetValueOrDefault("maxmemory") == "0" ? $"{policy}, unlimited" : policy,
            Number(fields, "connected_clients"), Number(fields, "maxclients"));
    }

    private static long Number(Dictionary<string, string> fields, string name) =>
        long.TryParse(fields.GetValueOrDefault(name), NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number
            : -1;

    private static string Shorten(string text) =>
        text.Length <= MaximumTextCharacters ? text : text[..MaximumTextCharacters];
}
