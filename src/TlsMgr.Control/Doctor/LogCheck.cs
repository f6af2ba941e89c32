using System.Collections.Generic;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Config;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control.Doctor;

/// <summary>The sockets of the log: whether a logger listens, and stays reachable from within the jail.</summary>
internal static class LogCheck
{
    private const string Name = "log";

    internal static IEnumerable<Finding> Examine(ExaminedInstallation examined)
    {
        PostfixParameters postfix = examined.Installation.Postfix;
        if (postfix.LogFile.Length > 0)
        {
            string socket = $"{postfix.QueueDirectory}/public/{postfix.PostlogServiceName}";
            yield return IsSocket(socket)
                ? new(Name, Verdict.Ok, $"the log goes to {postfix.LogFile} through {socket}")
                : new(
                    Name, Verdict.Fault, $"log records for {postfix.LogFile} are lost: {socket} is no socket",
                    "postfix start; master.cf needs the service postlog");
            yield break;
        }

        if (!IsSocket(SyslogTarget.SocketPath))
        {
            yield return new(
                Name, Verdict.Fault, $"log records are lost: {SyslogTarget.SocketPath} is no socket",
                $"start the system's logger, or {examined.Set("maillog_file", "/var/log/postfix.log")}");
            yield break;
        }

        string inJail = postfix.QueueDirectory + SyslogTarget.SocketPath;
        yield return examined.Installation.Entry is { } entry && JailCheck.IsJailed(examined, entry)
            && !IsSocket(inJail)
            ? new(
                Name, Verdict.Note, $"records are lost from a restart of the logger to the next reload: no {inJail}",
                $"configure the system's logger to listen on {inJail}, too")
            : new(Name, Verdict.Ok, $"the log goes to {SyslogTarget.SocketPath}");
    }

    private static bool IsSocket(string path) =>
        FileStatus.OfPath(path, out FileStatus status) == 0 && status.IsSocket;
}
