// The verb ping: whether the daemon answers, and how fast; first on a new connection, which starts the daemon when it
// does not run, and then again.

using CommandLine;
using TlsMgr.Control.Output;
using TlsMgr.Control.Client;

namespace TlsMgr.Control.Verbs;

/// <summary>Asks for one random byte, twice.</summary>
[Verb("ping", HelpText = "Ask whether the daemon answers, and how fast.")]
internal sealed class PingVerb : ServiceVerb
{
    private protected override bool Ask(string path, FieldList answer)
    {
        using ServiceConnection connection = ServiceConnection.Open(path);
        SeedReply first = ServiceRequests.Seed(connection, 1);
        double firstMilliseconds = connection.ReplyTime.TotalMilliseconds;
        SeedReply second = ServiceRequests.Seed(connection, 1);
        answer.Add("socket", path);
        answer.Add("announces_protocol", connection.AnnouncesProtocol);
        answer.Add("status", int.Min(first.Status, second.Status));
        answer.AddMilliseconds("first_milliseconds", firstMilliseconds);
        answer.AddMilliseconds("milliseconds", connection.ReplyTime.TotalMilliseconds);
        return first.Status == 0 && second.Status == 0;
    }
}
