using CommandLine;
using TlsMgr.Control.Client;
using TlsMgr.Control.Output;

namespace TlsMgr.Control.Verbs;

/// <summary>
/// The verb ping: whether the daemon replies, and how fast; once over a new connection, for which master(8) starts the
/// daemon when it does not run, and once more.
/// </summary>
[Verb("ping", HelpText = "Check whether the daemon replies, and how fast.")]
internal sealed class PingVerb : ServiceVerb
{
    internal override bool Execute(ServiceConnection connection, FieldList result)
    {
        SeedReply first = ServiceRequests.Seed(connection, 1);
        double firstMilliseconds = connection.ReplyTime.TotalMilliseconds;
        SeedReply second = ServiceRequests.Seed(connection, 1);
        result.Add("socket", connection.Path);
        result.Add("announces_protocol", connection.AnnouncesProtocol);
        int status = int.Min(first.Status, second.Status);
        result.AddStatus(status, status == 0 ? "ok" : "no seed");
        result.AddMilliseconds("first_milliseconds", firstMilliseconds);
        result.AddMilliseconds("milliseconds", connection.ReplyTime.TotalMilliseconds);
        return status == 0;
    }
}
