// Whether a client gets what it needs: a seed, soon, and the caches that are configured.

using System;
using System.Collections.Generic;
using System.Globalization;

namespace TlsMgr.Control.Doctor;

/// <summary>The answers of the running daemon.</summary>
internal static class AnswerCheck
{
    private const string Name = "answer";

    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(500);

    internal static IEnumerable<Finding> Examine(ExaminedInstallation examined)
    {
        ServiceAnswer answer = examined.Answer;
        if (answer.Failure is { } failure)
        {
            yield return new(
                Name, Verdict.Fault, $"tlsmgr does not answer: {failure}",
                "postfix status (as root); then look for postfix/tlsmgr and postfix/master in the log");
            yield break;
        }

        yield return answer.HasSeed ? Speed(answer) : new(
            Name, Verdict.Fault, "tlsmgr refuses to give a seed: programs do without TLS",
            "look for postfix/tlsmgr in the log, then postfix reload");
        foreach (SessionCacheParameters cache in examined.Caches)
        {
            if (!answer.Caches.Contains(cache.CacheType))
            {
                yield return new(
                    Name, Verdict.Fault, $"tlsmgr has no cache for {cache.CacheType}, though one is configured",
                    "postfix reload; then look for postfix/tlsmgr in the log");
            }
        }
    }

    private static Finding Speed(ServiceAnswer answer)
    {
        string text = string.Create(
            CultureInfo.InvariantCulture, $"the first answer took {answer.FirstReplyTime.TotalMilliseconds:0.0} ms");
        return answer.FirstReplyTime < Slow
            ? new(Name, Verdict.Ok, text)
            : new(Name, Verdict.Note, text, "see whether the machine, or its disk, is overloaded");
    }
}
