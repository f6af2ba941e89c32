// Whether sessions and ticket keys live no longer than the standards have it. smtpd's timeout rules the keys, with a
// cache or without.

using System;
using System.Collections.Generic;
using System.Linq;

namespace TlsMgr.Control.Doctor;

/// <summary>The timeouts of the session caches.</summary>
internal static class CacheTimeoutCheck
{
    private const string Name = "cache-timeout";

    // RFC 8446, 4.6.1: a ticket must not be used for longer than seven days.
    private static readonly TimeSpan LongestLife = TimeSpan.FromDays(7);

    // RFC 9325, 3.4, wants short lives for the sake of forward secrecy; a day is what TLS 1.2 (RFC 5246, F.1.4) has.
    private static readonly TimeSpan AdvisedLife = TimeSpan.FromDays(1);

    internal static IEnumerable<Finding> Examine(ExaminedInstallation examined)
    {
        SessionCacheParameters smtpd = examined.Installation.Parameters.Smtpd;
        IEnumerable<SessionCacheParameters> tickets = smtpd.TimeoutSeconds > 0 ? [smtpd] : [];
        foreach (SessionCacheParameters cache in tickets.Union(examined.Caches))
        {
            string parameter = $"{cache.CacheType}_tls_session_cache_timeout";
            TimeSpan life = TimeSpan.FromSeconds(cache.TimeoutSeconds);
            string remedy = examined.Set(parameter, "3600s");
            if (life > LongestLife)
            {
                yield return new(
                    Name, Verdict.Fault, $"{parameter} is {cache.TimeoutSeconds}s: RFC 8446 allows 7 days", remedy);
            }
            else if (life > AdvisedLife)
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
