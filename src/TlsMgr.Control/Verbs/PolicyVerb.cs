using CommandLine;
using TlsMgr.Control.Client;
using TlsMgr.Control.Output;

namespace TlsMgr.Control.Verbs;

/// <summary>
/// The verb policy: whether a cache is available and how long it keeps sessions, as each TLS program requests it when
/// it starts.
/// </summary>
[Verb("policy", HelpText = "Show whether a cache is available, and its timeout.")]
internal sealed class PolicyVerb : ServiceVerb
{
    [Value(0, MetaName = "CACHE", Required = true, HelpText = "smtpd, smtp or lmtp.")]
    public string Cache { get; set; } = "";

    internal override void CheckArguments() => CheckCache(Cache);

    internal override bool Execute(ServiceConnection connection, FieldList result)
    {
        PolicyReply reply = ServiceRequests.Policy(connection, Cache);
        result.Add("cache", Cache);
        result.AddStatus(reply.Status, reply.Status == 0 ? "ok" : "refused");
        result.Add("cachable", reply.IsCachable);
        result.Add("timeout_seconds", reply.TimeoutSeconds);
        result.AddMilliseconds("milliseconds", connection.ReplyTime.TotalMilliseconds);
        return reply.IsCachable;
    }
}
