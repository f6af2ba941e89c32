// The verb flush: forgets all sessions of a cache, a few in each request, so that clients never wait for it.

using System.IO;
using CommandLine;
using TlsMgr.Control.Client;

namespace TlsMgr.Control.Verbs;

/// <summary>Empties a cache.</summary>
[Verb("flush", HelpText = "Forget all sessions of a cache.")]
internal sealed class FlushVerb : ControlVerb
{
    [Value(0, MetaName = "CACHE", Required = true, HelpText = "smtpd, smtp or lmtp.")]
    public string Cache { get; set; } = "";

    private protected override void CheckArguments() => CheckCache(Cache);

    private protected override bool Execute(ServiceConnection connection, TextWriter output)
    {
        byte[] place = [];
        long total = 0;
        long removed;
        do
        {
            removed = ControlRequests.Flush(connection, Cache, ref place);
            total += long.Max(removed, 0);
        }
        while (removed >= 0 && place.Length > 0);

        bool isDone = removed >= 0;
        string outcome = isDone ? $"removed {total}"
            : total == 0 ? $"the {Cache} cache is off"
            : $"removed {total}; the {Cache} cache does not work any more";
        WriteOutcome(output, outcome, writer => writer.WriteNumber("removed", total));
        return isDone;
    }
}
