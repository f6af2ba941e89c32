using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using TlsMgr.Rig.Observation;
using TlsMgr.Rig.Scenarios;

namespace TlsMgr.Rig;

/// <summary>The verb check: prints each check by name, ok or FAILED, and the counts in the last line.</summary>
internal static class CheckVerb
{
    /// <summary>Returns the exit status: 0, or 1 when a check failed.</summary>
    internal static int Execute(CheckOptions options, TextWriter output, CancellationToken cancellation)
    {
        CheckReporter reporter = new(output);
        using Rig rig = Rig.Start(options.TlsMgr, cancellation);
        foreach (Check check in Verdict.Of(Evidence.Collect(rig, cancellation)))
        {
            reporter.Report(check);
        }

        foreach (PostfixInstance instance in rig.Instances)
        {
            reporter.Run(
                $"{instance.Name}: postfix reload replaces tlsmgr", () => ReloadFault(instance, cancellation));
        }

        foreach (Scenario scenario in rig.Scenarios)
        {
            reporter.Run(
                $"{scenario.Title}: resumes after postfix reload", () => ResumptionFault(rig, scenario, cancellation));
        }

        reporter.Run(
            $"TLS 1.3, tickets at every server: {UnneededSessions.Handshakes:N0} full handshakes make no commit",
            () => UnneededSessions.FindFault(rig, token => ReloadFault(rig.Receiver, token), cancellation));

        foreach (PostfixInstance instance in rig.Instances)
        {
            reporter.Run($"{instance.Name}: postfix stop leaves no process", () => StopFault(instance, cancellation));
        }

        foreach (Check check in rig.Instances.SelectMany(Verdict.OfLog))
        {
            reporter.Report(check);
        }

        foreach (string note in rig.Instances.SelectMany(Verdict.Notes))
        {
            reporter.Note(note);
        }

        return reporter.Finish();
    }

    // Warnings that the daemon logs while it exits are found by the check of the log.
    private static string? ReloadFault(PostfixInstance instance, CancellationToken cancellation)
    {
        if (DaemonProcess.FindPid(instance) is not int before)
        {
            return "no tlsmgr runs";
        }

        instance.Reload(cancellation);
        if (!Deadline.Await(() => !ProcessTable.OfInstance(instance).Contains(before), cancellation))
        {
            return $"process {before} still runs";
        }

        FirstReply reply = FirstReply.Request(instance);
        return reply.Fault ?? (DaemonProcess.FindPid(instance) is null ? "no new tlsmgr runs" : null);
    }

    private static string? ResumptionFault(Rig rig, Scenario scenario, CancellationToken cancellation)
    {
        OpenSslClient.Connect(rig, scenario, isSecond: false, cancellation);
        return ReloadFault(rig.Receiver, cancellation)
            ?? OpenSslClient.Connect(rig, scenario, isSecond: true, cancellation).Fault;
    }

    private static string? StopFault(PostfixInstance instance, CancellationToken cancellation)
    {
        IReadOnlyList<int> left = instance.Stop(cancellation);
        IEnumerable<string> names = left.Select(static pid =>
            $"{ProcessTable.Status(pid).GetValueOrDefault("Name", "?")}[{pid}]");
        return left.Count == 0 ? null : string.Join(' ', names);
    }
}
