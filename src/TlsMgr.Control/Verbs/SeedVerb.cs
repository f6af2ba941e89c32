using System;
using CommandLine;
using TlsMgr.Control.Client;
using TlsMgr.Control.Output;

namespace TlsMgr.Control.Verbs;

/// <summary>
/// The verb seed: random bytes of the daemon's pool, as each TLS program requests them when it starts.
/// </summary>
[Verb("seed", HelpText = "Request random bytes, as a TLS program does when it starts.")]
internal sealed class SeedVerb : ServiceVerb
{
    [Value(0, MetaName = "SIZE", Required = true, HelpText = "The number of bytes, 1 to 255.")]
    public string Size { get; set; } = "";

    private int SizeBytes => ReadNumber([Size], "seed size", byte.MaxValue)!.Value;

    internal override void CheckArguments() => _ = SizeBytes;

    internal override bool Execute(ServiceConnection connection, FieldList result)
    {
        SeedReply reply = ServiceRequests.Seed(connection, SizeBytes);
        result.AddStatus(reply.Status, reply.Status == 0 ? "ok" : "no seed");
        result.Add("seed", Convert.ToHexStringLower(reply.Seed));
        result.AddMilliseconds("milliseconds", connection.ReplyTime.TotalMilliseconds);
        return reply.Status == 0;
    }
}
