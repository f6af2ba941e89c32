using System.IO;
using System.Linq;
using CommandLine;
using TlsMgr.Control.Client;
using TlsMgr.Control.Output;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control.Verbs;

/// <summary>The verb delete: removes one session from a cache, or those whose ids match a pattern.</summary>
[Verb("delete", HelpText = "Remove one session from a cache, or those whose ids match a pattern.")]
internal sealed class DeleteVerb : CacheVerb
{
    private byte[] _id = [];

    [Value(1, MetaName = "ID", HelpText = "The cache id, as list shows it.")]
    public string Id { get; set; } = "";

    internal override void CheckArguments()
    {
        base.CheckArguments();
        if (Id.Length > 0 == Match.Any())
        {
            throw new FatalException("delete: either ID or --match");
        }

        _id = IdText.Parse(Id);
    }

    internal override bool Execute(ServiceConnection connection, TextWriter output)
    {
        if (Pattern is { } pattern)
        {
            WalkPosition position = new();
            bool isDone = MatchingRemoval.Run(connection, Cache, pattern, position, out long removed);
            WriteRemoval(output, isDone, removed, position.Refusal);
            return isDone;
        }

        int status = ControlRequests.Delete(connection, Cache, _id);
        string outcome = status switch
        {
            0 => "deleted",
            -1 => "there is no such session",
            _ => $"not deleted: the {Cache} cache is off or cannot be written -- see tlsmgrctl stats",
        };
        WriteOutcome(output, outcome, writer => writer.WriteBoolean("deleted", status == 0));
        return status == 0;
    }
}
