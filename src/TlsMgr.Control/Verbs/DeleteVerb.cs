using System.IO;
using CommandLine;
using TlsMgr.Control.Client;
using TlsMgr.Control.Output;

namespace TlsMgr.Control.Verbs;

/// <summary>The verb delete: removes one session from a cache.</summary>
[Verb("delete", HelpText = "Remove one session from a cache.")]
internal sealed class DeleteVerb : ControlVerb
{
    private byte[] _id = [];

    [Value(0, MetaName = "CACHE", Required = true, HelpText = "smtpd, smtp or lmtp.")]
    public string Cache { get; set; } = "";

    [Value(1, MetaName = "ID", Required = true, HelpText = "The cache id, as list shows it.")]
    public string Id { get; set; } = "";

    internal override void CheckArguments()
    {
        CheckCache(Cache);
        _id = IdText.Parse(Id);
    }

    internal override bool Execute(ServiceConnection connection, TextWriter output)
    {
        int status = ControlRequests.Delete(connection, Cache, _id);
        string outcome = status switch
        {
            0 => "deleted",
            -1 => "there is no such session",
            _ => $"the {Cache} cache is off",
        };
        WriteOutcome(output, outcome, writer => writer.WriteBoolean("deleted", status == 0));
        return status == 0;
    }
}
