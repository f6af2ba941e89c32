// The verb policy: whether a cache is there and how long it keeps sessions, as each TLS program asks when it starts.

using CommandLine;
using TlsMgr.Control.Output;
using TlsMgr.Control.Client;

namespace TlsMgr.Control.Verbs;

/// <summary>Asks for the policy of a cache.</summary>
[Verb("policy", HelpText = "Ask whether a cache is there, and for its timeout.")]
internal sealed class PolicyVerb : ServiceVerb
{
    [Value(0, MetaName = "CACHE", Required = true, HelpText = "smtpd, smtp or lmtp.")]
    public string Cache { get; set; } = "";

    private protected override bool Ask(string path, FieldList answer)
    {
        string cache = CheckCache(Cache);
        using ServiceConnection connection = ServiceConnection.Open(path);
        PolicyReply reply = ServiceRequests.Policy(connection, cache);
        answer.Add("cache", cache);
        answer.Add("status", reply.Status);
        answer.Add("cachable", reply.IsCachable);
        answer.Add("timeout_seconds", reply.TimeoutSeconds);
        answer.AddMilliseconds("milliseconds", connection.ReplyTime.TotalMilliseconds);
        return reply.IsCachable;
    }
}
