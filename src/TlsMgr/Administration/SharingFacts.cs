// sharing: on, off or none; then, unless none, why it is off, the caches, and what tlspool says: state, server,
// version, endpoints, fault and more, with "sharing_" before each name.

using System.Collections.Generic;
using System.Linq;
using TlsMgr.Sharing;

namespace TlsMgr.Administration;

/// <summary>Describes the sharing of sessions, for people.</summary>
internal static class SharingFacts
{
    /// <summary>A text for each fact.</summary>
    internal static IEnumerable<KeyValuePair<string, string>> Of(SessionSharing? sharing)
    {
        if (sharing is null)
        {
            return [new("sharing", "none")];
        }

        string objections = string.Join(
            "; ", sharing.Caches.Where(static cache => cache.Objection.Length > 0)
                .Select(static cache => $"{cache.Cache.Name}: {cache.Objection}"));
        return
        [
            new("sharing", sharing.Fault.Length == 0 ? "on" : "off"),
            new("sharing_reason", sharing.Fault.Length > 0 ? sharing.Fault : objections),
            new("sharing_caches", string.Join(
                ' ', sharing.Caches.Where(static cache => cache.Objection.Length == 0)
                    .Select(static cache => cache.Cache.Name))),
            .. sharing.ServerFacts.Select(static fact => new KeyValuePair<string, string>(
                fact.Key == "version" ? "sharing_server_version" : $"sharing_{fact.Key}", fact.Value)),
        ];
    }
}
