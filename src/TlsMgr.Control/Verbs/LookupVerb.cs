// The verb lookup: whether a cache has a session, and how large it is. Must never show the session: it holds the keys
// of a connection.

using CommandLine;
using TlsMgr.Control.Client;
using TlsMgr.Control.Output;

namespace TlsMgr.Control.Verbs;

/// <summary>Looks a session up.</summary>
[Verb("lookup", HelpText = "Look a session up. Its size is shown, never its content.")]
internal sealed class LookupVerb : ServiceVerb
{
    [Value(0, MetaName = "CACHE", Required = true, HelpText = "smtpd, smtp or lmtp.")]
    public string Cache { get; set; } = "";

    [Value(1, MetaName = "ID", Required = true, HelpText = "The cache id, as list shows it.")]
    public string Id { get; set; } = "";

    private protected override bool Ask(string path, FieldList answer)
    {
        string cache = CheckCache(Cache);
        byte[] id = IdText.Parse(Id);
        using ServiceConnection connection = ServiceConnection.Open(path);
        LookupReply reply = ServiceRequests.Lookup(connection, cache, id);
        answer.Add("cache", cache);
        answer.Add("status", reply.Status);
        answer.Add("session_bytes", reply.SessionBytes);
        answer.AddMilliseconds("milliseconds", connection.ReplyTime.TotalMilliseconds);
        return reply.Status == 0;
    }
}
