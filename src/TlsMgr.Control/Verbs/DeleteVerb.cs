// The verb delete: forgets one session.

using System.IO;
using CommandLine;
using TlsMgr.Control.Client;
using TlsMgr.Control.Output;

namespace TlsMgr.Control.Verbs;

/// <summary>Forgets a session.</summary>
[Verb("delete", HelpText = "Forget one session.")]
internal sealed class DeleteVerb : ControlVerb
{
    private byte[] _id = [];

    [Value(0, MetaName = "CACHE", Required = true, HelpText = "smtpd, smtp or lmtp.")]
    public string Cache { get; set; } = "";

    [Value(1, MetaName = "ID", Required = true, HelpText = "The cache id, as list shows it.")]
    public string Id { get; set; } = "";

    private protected override void CheckArguments()
    {
        CheckCache(Cache);
        _id = IdText.Parse(Id);
    }

    private protected override bool Execute(ServiceConnection connection, TextWriter output)
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
