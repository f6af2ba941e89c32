// The verb seed: random bytes of the daemon's pool, as each TLS program asks for them when it starts.

using System;
using CommandLine;
using TlsMgr.Control.Output;
using TlsMgr.Control.Client;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control.Verbs;

/// <summary>Asks for a seed.</summary>
[Verb("seed", HelpText = "Ask for random bytes, as a TLS program does when it starts.")]
internal sealed class SeedVerb : ServiceVerb
{
    [Value(0, MetaName = "SIZE", Required = true, HelpText = "How many bytes, 1 to 255.")]
    public int Size { get; set; }

    private protected override bool Ask(string path, FieldList answer)
    {
        if (Size is < 1 or > byte.MaxValue)
        {
            throw new FatalException($"bad seed size {Size}: 1 to {byte.MaxValue}");
        }

        using ServiceConnection connection = ServiceConnection.Open(path);
        SeedReply reply = ServiceRequests.Seed(connection, Size);
        answer.Add("status", reply.Status);
        answer.Add("seed", Convert.ToHexStringLower(reply.Seed));
        answer.AddMilliseconds("milliseconds", connection.ReplyTime.TotalMilliseconds);
        return reply.Status == 0;
    }
}
