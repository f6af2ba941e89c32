using System;
using System.Collections.Generic;
using System.Globalization;

namespace TlsMgr.Control.Doctor;

/// <summary>Whether the running daemon sends a seed in time, and has the configured caches.</summary>
internal static class ReplyCheck
{
    private const string Name = "reply";
    private const string Log = "search the mail log for postfix/tlsmgr and postfix/master";

    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(500);

    internal static IEnumerable<Finding> Examine(ExaminedInstallation examined)
    {
        ServiceProbe probe = examined.Probe;
        if (probe.Failure is { } failure)
        {
            yield return examined.IsPostfixRunning
                ? new(
                    Name, Verdict.Fault, $"tlsmgr does not reply: {failure}",
                    examined.Remedies.ApplyOnly().With(Log))
                {
                    Observes = Effects.Silent,
                }
                : new(Name, Verdict.Fault, "Postfix is not running", examined.Remedies.ApplyOnly())
                {
                    Causes = Effects.Silent,
                    Observes = Effects.Stopped,
                };
            yield break;
        }

        yield return probe.HasSeed ? Speed(probe) : new(
            Name, Verdict.Fault, "tlsmgr sends no seed: programs disable TLS",
            examined.Remedies.ApplyOnly().With(Log));
        foreach (SessionCacheParameters cache in examined.Caches)
        {
            if (!probe.Caches.Contains(cache.CacheType))
            {
                yield return new(
                    Name, Verdict.Fault, $"tlsmgr has no cache for {cache.CacheType}, though one is configured",
                    examined.Remedies.ApplyOnly().With(Log))
                {
                    Observes = ExaminedInstallation.EffectOf(cache.CacheType),
                };
            }
        }
    }

    private static Finding Speed(ServiceProbe probe)
    {
        string text = string.Create(
            CultureInfo.InvariantCulture, $"the first reply took {probe.FirstReplyTime.TotalMilliseconds:0.0} ms");
        return probe.FirstReplyTime < Slow
            ? new(Name, Verdict.Ok, text)
            : new(Name, Verdict.Note, text, Remedy.Advise("check whether the machine, or its disk, is overloaded"));
    }
}
