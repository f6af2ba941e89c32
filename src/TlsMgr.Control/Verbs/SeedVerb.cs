using System;
using CommandLine;
using TlsMgr.Control.Client;
using TlsMgr.Control.Output;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control.Verbs;

/// <summary>
/// The verb seed: random bytes of the daemon's pool, as each TLS program requests them when it starts.
/// </summary>
[Verb("seed", HelpText = "Request random bytes, as a TLS program does when it starts.")]
internal sealed class SeedVerb : ServiceVerb
{
    [Value(0, MetaName = "SIZE", Required = true, HelpText = "The number of bytes, 1 to 255.")]
    public int Size { get; set; }

    internal override void CheckArguments()
    {
        if (Size is < 1 or > byte.MaxValue)
        {
            throw new FatalException($"bad seed size {Size}: 1 to {byte.MaxValue}");
        }
    }

    internal override bool Execute(ServiceConnection connection, FieldList result)
    {
        SeedReply reply = ServiceRequests.Seed(connection, Size);
        result.Add("status", reply.Status);
        result.Add("seed", Convert.ToHexStringLower(reply.Seed));
        result.AddMilliseconds("milliseconds", connection.ReplyTime.TotalMilliseconds);
        return reply.Status == 0;
    }
}
