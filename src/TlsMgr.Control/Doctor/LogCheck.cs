using System.Collections.Generic;
using System.Linq;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Config;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control.Doctor;

/// <summary>Whether a logger listens where the daemon sends its records.</summary>
internal static class LogCheck
{
    private const string Name = "log";

    internal static IEnumerable<Finding> Examine(ExaminedInstallation examined)
    {
        PostfixParameters postfix = examined.Installation.Postfix;
        yield return postfix.LogFile.Length > 0
            ? PostlogFinding(examined, postfix)
            : IsSocket(SyslogTarget.SocketPath)
                ? new(Name, Verdict.Ok, $"the log goes to {SyslogTarget.SocketPath}")
                : new(
                    Name, Verdict.Fault, $"log records are lost: {SyslogTarget.SocketPath} is no socket",
                    WithPostlog(examined, examined.Remedies.Set("maillog_file", "/var/log/postfix.log"))
                        .With("or start the system's logger"));
    }

    private static Finding PostlogFinding(ExaminedInstallation examined, PostfixParameters postfix)
    {
        string socket = $"{postfix.QueueDirectory}/public/{postfix.PostlogServiceName}";

        // The socket outlives the service that made it.
        bool isServed = HasPostlog(examined) || examined.IsPostfixRunning;
        return IsSocket(socket) && isServed
            ? new(Name, Verdict.Ok, $"the log goes to {postfix.LogFile} through {socket}")
            : new(
                Name, Verdict.Fault, $"log records for {postfix.LogFile} are lost: "
                    + (isServed ? $"{socket} is no socket" : $"master.cf has no service {postfix.PostlogServiceName}"),
                WithPostlog(examined, examined.Remedies.ApplyOnly()))
            {
                // The socket ends with Postfix; but without the service Postfix does not start.
                Causes = HasPostlog(examined) ? Effects.None : Effects.Stopped | Effects.Silent,
                Observes = HasPostlog(examined) ? Effects.Stopped | Effects.Silent : Effects.None,
            };
    }

    private static bool HasPostlog(ExaminedInstallation examined) => examined.Installation.MasterCf.Entries.Any(
        entry => entry.Service == examined.Installation.Postfix.PostlogServiceName && entry.Type == "unix-dgram");

    /// <summary>A remedy after which master.cf has the service of postlogd(8).</summary>
    private static Remedy WithPostlog(ExaminedInstallation examined, Remedy remedy)
    {
        string name = examined.Installation.Postfix.PostlogServiceName;
        return HasPostlog(examined) ? remedy : examined.Remedies.Before(
            examined.Remedies.SetEntry(name, "unix-dgram", $"{name} unix-dgram n - n - 1 postlogd"), remedy);
    }

    private static bool IsSocket(string path) =>
        FileStatus.OfPath(path, out FileStatus status) == 0 && status.IsSocket;
}
