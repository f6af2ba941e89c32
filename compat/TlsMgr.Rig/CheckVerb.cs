using System;
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
        int passed = 0;
        int failed = 0;
        using Rig rig = Rig.Start(options.TlsMgr, cancellation);
        foreach (Check check in All(rig, cancellation))
        {
            if (check.Fault is null)
            {
                passed++;
                output.WriteLine($"ok      {check.Name}");
            }
            else
            {
                failed++;
                output.WriteLine($"FAILED  {check.Name}: {check.Fault}");
            }
        }

        foreach (string note in rig.Instances.SelectMany(Verdict.Notes))
        {
            output.WriteLine($"note    {note}");
        }

        output.WriteLine($"{passed} passed, {failed} failed");
        return failed == 0 ? 0 : 1;
    }

    private static IEnumerable<Check> All(Rig rig, CancellationToken cancellation)
    {
        Evidence evidence = Evidence.Collect(rig, cancellation);
        return Verdict.Of(evidence)
            .Concat(rig.Instances.Select(instance =>
                Try($"{instance.Name}: postfix reload replaces tlsmgr", () => ReloadFault(instance, cancellation))))
            .Concat(rig.Scenarios.Select(scenario =>
                Try($"{scenario.Title}: resumes after postfix reload", () => ResumptionFault(rig, scenario, cancellation))))
            .Concat(rig.Instances.Select(instance =>
                Try($"{instance.Name}: postfix stop leaves no process", () => StopFault(instance, cancellation))))
            .Concat(rig.Instances.SelectMany(Verdict.OfLog));
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

    private static Check Try(string name, Func<string?> findFault)
    {
        try
        {
            return new Check(name, findFault());
        }
        catch (RigException fault)
        {
            return new Check(name, fault.Message);
        }
    }
}
