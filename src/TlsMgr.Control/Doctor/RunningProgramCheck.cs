using System.Collections.Generic;
using System.Globalization;
using TlsMgr.Control.Client;
using TlsMgr.Control.Output;
using TlsMgr.Native.Libc;

namespace TlsMgr.Control.Doctor;

/// <summary>Whether the running daemon is the program of the entry, as it is on disk now, and how it runs.</summary>
internal static class RunningProgramCheck
{
    private const string Name = "program";
    private const string MemoryLock = "memory-lock";

    internal static IEnumerable<Finding> Examine(ExaminedInstallation examined)
    {
        if (examined.Probe.Failure is not null || examined.Installation.Entry is not { } entry)
        {
            yield break;
        }

        RunningService running = examined.Running;
        string path = $"{examined.Installation.Postfix.DaemonDirectory}/{entry.Command}";
        if (running.IsProgramGone)
        {
            yield return Fault(
                examined,
                $"process {running.ProcessId} still runs the file {running.ProgramPath} that was replaced or removed");
        }
        else if (running.ProgramPath is { } program && !IsSameFile(running, path))
        {
            yield return Fault(
                examined, $"process {running.ProcessId} still runs {program}, and master.cf has {path} by now");
        }
        else if (examined.Info is { } info)
        {
            yield return ExamineReport(examined, info);
            if (ExamineMemoryLock(info) is { } finding)
            {
                yield return finding;
            }
        }
    }

    /// <summary>Checks that no secret can be swapped out; null where the daemon does not report it.</summary>
    internal static Finding? ExamineMemoryLock(InfoReply info) => info.MemoryLock switch
    {
        null => null,
        { IsOn: true } => new(MemoryLock, Verdict.Ok, "the memory of the daemon is never swapped out"),
        { } off => new(
            MemoryLock, Verdict.Note,
            $"the memory of the daemon can be swapped out, with keys and sessions: {off.Reason}",
            Remedy.Advise("allow it with LimitMEMLOCK=infinity for the service of Postfix, or encrypt the swap space; "
                + "a container may need the capability IPC_LOCK")),
    };

    /// <summary>Checks what the daemon reports of itself.</summary>
    internal static Finding ExamineReport(ExaminedInstallation examined, InfoReply info)
    {
        if (info.IsOlder)
        {
            return Fault(examined, "an older daemon is running: it does not know the request info");
        }

        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"TlsMgr {info.Version} runs as process {info.ProcessId}, since {DescribeTime(info.StartedSeconds)}");
        return info.Sandbox is { IsOn: false } sandbox && examined.Installation.Parameters.EntersSandbox
            ? new(
                Name, Verdict.Note, $"{text}, without its sandbox: {sandbox.Reason}",
                Remedy.Advise("a container can forbid it; tlsmgr_sandbox = no says that it is not wanted"))
            : new(Name, Verdict.Ok, text);
    }

    private static Finding Fault(ExaminedInstallation examined, string text) => new(
        Name, Verdict.Fault, text, examined.Remedies.ApplyOnly())
    {
        Causes = Effects.Program | Effects.Control | Effects.Caches,
        Observes = Effects.Program,
    };

    // What cannot be compared counts as the same.
    private static bool IsSameFile(RunningService running, string path)
    {
        string link = string.Create(CultureInfo.InvariantCulture, $"/proc/{running.ProcessId}/exe");
        return FileStatus.OfPath(link, out FileStatus program) < 0
            || FileStatus.OfPath(path, out FileStatus configured) < 0
            || program.Identity == configured.Identity;
    }

    private static string DescribeTime(long? seconds) =>
        seconds is { } known ? MeasureText.Time(LocalTime.Of(known)) : "an unknown time";
}
