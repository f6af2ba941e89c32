using System;
using System.Collections.Generic;
using System.Linq;

namespace TlsMgr.Control.Doctor;

/// <summary>
/// Whether sessions and ticket keys expire as early as the standards require. The timeout of smtpd's cache applies to
/// the keys, too, even without a cache.
/// </summary>
internal static class CacheTimeoutCheck
{
    private const string Name = "cache-timeout";

    // RFC 8446, 4.6.1: a ticket must not be used for longer than seven days.
    private static readonly TimeSpan MaximumLife = TimeSpan.FromDays(7);

    // RFC 9325, 3.4, recommends short lives because of forward secrecy; TLS 1.2 (RFC 5246, F.1.4) has a day.
    private static readonly TimeSpan RecommendedLife = TimeSpan.FromDays(1);

    internal static IEnumerable<Finding> Examine(ExaminedInstallation examined)
    {
        SessionCacheParameters smtpd = examined.Installation.Parameters.Smtpd;
        foreach (SessionCacheParameters cache in examined.AllCaches)
        {
            if (cache is { TimeoutSeconds: 0, Database.Length: > 0 })
            {
                string parameter = $"{cache.CacheType}_tls_session_cache_timeout";
                yield return new(
                    Name, Verdict.Fault,
                    $"{parameter} is 0: the {cache.CacheType} cache is off, though it has a database"
                        + (cache == smtpd ? ", and there are no ticket keys" : ""),
                    examined.Remedies.Set(parameter, "3600s"));
            }
        }

        IEnumerable<SessionCacheParameters> tickets = smtpd.TimeoutSeconds > 0 ? [smtpd] : [];
        foreach (SessionCacheParameters cache in tickets.Union(examined.Caches))
        {
            string parameter = $"{cache.CacheType}_tls_session_cache_timeout";
            TimeSpan life = TimeSpan.FromSeconds(cache.TimeoutSeconds);
            Remedy remedy = examined.Remedies.Set(parameter, "3600s");
            if (life > MaximumLife)
            {
                yield return new(
                    Name, Verdict.Fault, $"{parameter} is {cache.TimeoutSeconds}s: RFC 8446 allows 7 days", remedy);
            }
            else if (life > RecommendedLife)
            {
                yield return new(
                    Name, Verdict.Note,
                    $"{parameter} is {cache.TimeoutSeconds}s: more than a day weakens forward secrecy (RFC 9325)",
                    remedy);
            }
            else if (examined.IsOurs && examined.Info?.Cache(cache.CacheType)?.TimeoutSeconds is { } inForce
                && inForce != cache.EffectiveTimeoutSeconds)
            {
                yield return new(
                    Name, Verdict.Fault,
                    $"{parameter} is {cache.EffectiveTimeoutSeconds}s, and the daemon still uses {inForce}s",
                    examined.Remedies.ApplyOnly())
                {
                    Observes = Effects.Program,
                };
            }
            else
            {
                yield return new(Name, Verdict.Ok, $"{parameter} is {cache.EffectiveTimeoutSeconds}s");
            }
        }
    }
}
