using System.IO;
using CommandLine;
using TlsMgr.Control.Client;

namespace TlsMgr.Control.Verbs;

/// <summary>
/// The verb flush: removes all sessions of a cache, some with each request, so that clients of the daemon never wait.
/// </summary>
[Verb("flush", HelpText = "Remove all sessions of a cache.")]
internal sealed class FlushVerb : ControlVerb
{
    [Value(0, MetaName = "CACHE", Required = true, HelpText = "smtpd, smtp or lmtp.")]
    public string Cache { get; set; } = "";

    internal override void CheckArguments() => CheckCache(Cache);

    internal override bool Execute(ServiceConnection connection, TextWriter output)
    {
        WalkPosition position = new();
        long total = 0;
        int removed;
        do
        {
            removed = ControlRequests.Flush(connection, Cache, position);
            total += int.Max(removed, 0);
        }
        while (removed >= 0 && !position.IsAtEnd);

        bool isDone = removed >= 0;
        string outcome = isDone ? $"removed {total}"
            : total == 0 ? $"the {Cache} cache is off"
            : $"removed {total}; the {Cache} cache has failed since";
        WriteOutcome(output, outcome, writer => writer.WriteNumber("removed", total));
        return isDone;
    }
}
