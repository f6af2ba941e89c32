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
        IEnumerable<SessionCacheParameters> tickets = smtpd.TimeoutSeconds > 0 ? [smtpd] : [];
        foreach (SessionCacheParameters cache in tickets.Union(examined.Caches))
        {
            string parameter = $"{cache.CacheType}_tls_session_cache_timeout";
            TimeSpan life = TimeSpan.FromSeconds(cache.TimeoutSeconds);
            string remedy = examined.Set(parameter, "3600s");
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
            else
            {
                yield return new(Name, Verdict.Ok, $"{parameter} is {cache.EffectiveTimeoutSeconds}s");
            }
        }
    }
}
