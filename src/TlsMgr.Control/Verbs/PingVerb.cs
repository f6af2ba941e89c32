using System.Collections.Generic;
using System.Linq;
using CommandLine;
using TlsMgr.Control.Client;
using TlsMgr.Control.Doctor;
using TlsMgr.Control.Output;
using TlsMgr.Control.Setup;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control.Verbs;

/// <summary>
/// The verb ping: whether the daemon replies, and how fast; once over a new connection, for which master(8) starts the
/// daemon when it does not run, and once more.
/// </summary>
[Verb("ping", HelpText = "Check whether the daemon replies, and how fast.")]
internal sealed class PingVerb : ServiceVerb
{
    private const string Cache = "smtpd";

    [Option("program", Min = 1, Max = 1, MetaValue = "NAME",
        HelpText = "Also request a policy and a ticket key, and fail unless this program of daemon_directory runs.")]
    public IEnumerable<string> Programs { get; set; } = [];

    internal override void CheckArguments()
    {
        if (Programs.SingleOrDefault() is { } name && (name.Length == 0 || name.Contains('/')))
        {
            throw new FatalException($"bad program {name}: the name of a file in daemon_directory");
        }
    }

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

    private protected override void Verify(Installation installation, ServiceConnection connection)
    {
        if (Programs.SingleOrDefault() is { } name)
        {
            // A core file would hold the key.
            ProcessControl.ForbidDumps();
            RequestAll(connection);
            RunningService.RequireProgram(installation, name);
        }
    }

    /// <summary>Requests what else smtpd(8) does: without a timeout there are no tickets.</summary>
    internal static void RequestAll(ServiceConnection connection)
    {
        PolicyReply policy = ServiceRequests.Policy(connection, Cache);
        if (policy.Status != 0)
        {
            throw new NoReplyException("tlsmgr gives no policy");
        }

        if (policy.TimeoutSeconds > 0 && !ServiceRequests.HasTicketKey(connection))
        {
            throw new NoReplyException("tlsmgr gives no ticket key");
        }
    }
}
