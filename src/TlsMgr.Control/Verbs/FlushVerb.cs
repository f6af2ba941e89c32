using System.IO;
using CommandLine;
using TlsMgr.Control.Client;

namespace TlsMgr.Control.Verbs;

/// <summary>
/// The verb flush: removes all sessions of a cache, or those whose ids match a pattern, some with each request, so that
/// clients of the daemon never wait.
/// </summary>
[Verb("flush", HelpText = "Remove all sessions of a cache, or those whose ids match a pattern.")]
internal sealed class FlushVerb : CacheVerb
{
    internal override bool Execute(ServiceConnection connection, TextWriter output)
    {
        WalkPosition position = new();
        bool isDone = Pattern is { } pattern
            ? MatchingRemoval.Run(connection, Cache, pattern, position, out long removed)
            : RemoveAll(connection, position, out removed);
        WriteRemoval(output, isDone, removed, position.Refusal);
        return isDone;
    }

    private bool RemoveAll(ServiceConnection connection, WalkPosition position, out long total)
    {
        total = 0;
        int removed;
        do
        {
            removed = ControlRequests.Flush(connection, Cache, position);
            total += int.Max(removed, 0);
        }
        while (removed >= 0 && !position.IsAtEnd);

        return removed >= 0;
    }
}
