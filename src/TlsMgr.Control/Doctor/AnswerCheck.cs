using System;
using System.Collections.Generic;
using System.Globalization;

namespace TlsMgr.Control.Doctor;

/// <summary>Whether the running daemon sends a seed in time, and has the configured caches.</summary>
internal static class AnswerCheck
{
    private const string Name = "answer";

    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(500);

    internal static IEnumerable<Finding> Examine(ExaminedInstallation examined)
    {
        ServiceProbe probe = examined.Probe;
        if (probe.Failure is { } failure)
        {
            yield return new(
                Name, Verdict.Fault, $"tlsmgr does not answer: {failure}",
                "postfix status (as root); then search the mail log for postfix/tlsmgr and postfix/master");
            yield break;
        }

        yield return probe.HasSeed ? Speed(probe) : new(
            Name, Verdict.Fault, "tlsmgr sends no seed: programs disable TLS",
            "search the mail log for postfix/tlsmgr, then postfix reload");
        foreach (SessionCacheParameters cache in examined.Caches)
        {
            if (!probe.Caches.Contains(cache.CacheType))
            {
                yield return new(
                    Name, Verdict.Fault, $"tlsmgr has no cache for {cache.CacheType}, though one is configured",
                    "postfix reload; then search the mail log for postfix/tlsmgr");
            }
        }
    }

    private static Finding Speed(ServiceProbe probe)
    {
        string text = string.Create(
            CultureInfo.InvariantCulture, $"the first answer took {probe.FirstReplyTime.TotalMilliseconds:0.0} ms");
        return probe.FirstReplyTime < Slow
            ? new(Name, Verdict.Ok, text)
            : new(Name, Verdict.Note, text, "check whether the machine, or its disk, is overloaded");
    }
}
