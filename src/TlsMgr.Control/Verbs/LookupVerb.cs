using CommandLine;
using TlsMgr.Control.Client;
using TlsMgr.Control.Output;

namespace TlsMgr.Control.Verbs;

/// <summary>
/// The verb lookup: whether a cache has a session, and its size. The content holds the keys of a connection and is
/// never shown.
/// </summary>
[Verb("lookup", HelpText = "Look a session up. Its size is shown, never its content.")]
internal sealed class LookupVerb : ServiceVerb
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

    internal override bool Execute(ServiceConnection connection, FieldList result)
    {
        LookupReply reply = ServiceRequests.Lookup(connection, Cache, _id);
        result.Add("cache", Cache);
        result.AddStatus(reply.Status, reply.Status switch
        {
            0 => "found",
            -1 => "not found",
            _ => "refused",
        });
        result.Add("session_bytes", reply.SessionBytes);
        result.AddMilliseconds("milliseconds", connection.ReplyTime.TotalMilliseconds);
        return reply.Status == 0;
    }
}
