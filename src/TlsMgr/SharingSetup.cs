// What sharing needs of the start: evaluated with privileges, before the caches are open, and used when the event loop
// is there.

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using TlsMgr.Postfix.Config;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Logging;
using TlsMgr.Sessions;
using TlsMgr.Sharing;
using TlsMgr.Tickets;
using TlsMgr.Trust;

namespace TlsMgr;

/// <summary>Prepares the sharing of sessions.</summary>
internal sealed class SharingSetup
{
    private readonly TlsManagerParameters _parameters;
    private readonly Dictionary<string, PoolPolicy> _policies = [];
    private readonly ServerTickets _tickets;

    /// <summary>Evaluates policies, as the user who may read them.</summary>
    internal SharingSetup(
        TlsManagerParameters parameters, ParameterStore store, PostfixParameters postfix, PoolPolicy servers,
        TrustFiles files, ServerTickets tickets)
    {
        _parameters = parameters;
        _tickets = tickets;
        foreach (string cache in parameters.PoolCaches)
        {
            _policies[cache] = cache == parameters.Smtpd.CacheType
                ? servers
                : PoolPolicy.EvaluateClient(store, postfix, cache, files);
        }

        // What the jail does not contain.
        SessionSharing.LoadCryptography();
    }

    /// <summary>Begins to share, in the event loop.</summary>
    /// <param name="caches">The caches, open.</param>
    /// <param name="trust">What their sessions are trusted for.</param>
    /// <param name="pool">The pool.</param>
    /// <param name="loop">The event loop.</param>
    /// <param name="log">The log.</param>
    internal SessionSharing Start(
        SessionCaches caches, IReadOnlyDictionary<string, TrustDigest> trust, PoolTicketKeys pool, EventLoop loop,
        Log log)
    {
        SharingSettings settings = new(
            _parameters.PoolCacheTimeoutSeconds, _parameters.PoolLookupMilliseconds, _parameters.PoolClockSkewSeconds)
        {
            Caches =
            [
                .. new[] { _parameters.Smtpd, _parameters.Smtp, _parameters.Lmtp }
                    .Select((cache, index) => SettingsOf(caches[index], cache, trust)),
            ],
            SharesTls13OfServers = _tickets != ServerTickets.All,
        };
        return SessionSharing.Start(settings, pool, loop, log);
    }

    private SharedCacheSettings? SettingsOf(
        SessionCache cache, SessionCacheParameters parameters, IReadOnlyDictionary<string, TrustDigest> trust)
    {
        if (!_policies.TryGetValue(cache.Name, out PoolPolicy? policy))
        {
            return null;
        }

        TrustDigest digest = trust.GetValueOrDefault(cache.Name, TrustDigest.Empty);
        UInt128 trusted = digest.IsKnown && policy.Doubt is null
            ? BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData([.. digest.Value, .. policy.Digest]))
            : UInt128.Zero;
        return new SharedCacheSettings(cache, policy.Digest, trusted)
        {
            Objection = !parameters.IsWanted ? "it has no database" : policy.Doubt ?? "",
        };
    }
}
