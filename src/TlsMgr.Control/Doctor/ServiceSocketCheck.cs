using System.Collections.Generic;
using System.IO;
using TlsMgr.Native.Libc;

namespace TlsMgr.Control.Doctor;

/// <summary>
/// Whether clients, which run as mail_owner, reach the service socket. They name it from queue_directory on, so the
/// directories above that do not count.
/// </summary>
internal static class ServiceSocketCheck
{
    private const string Name = "service-socket";
    private const int Search = 0b001_001_001;
    private const int OwnerAccess = 0b111_000_000;
    private const int OthersMayWrite = 0b000_010_010;
    private const int ForEverybody = 0b110_110_110;

    internal static IEnumerable<Finding> Examine(ExaminedInstallation examined)
    {
        if (examined.Probe.Failure is null && Fault(examined) is { } fault)
        {
            yield return fault;
        }
    }

    private static Finding? Fault(ExaminedInstallation examined)
    {
        string socket = examined.Installation.ServiceSocket;
        string queue = examined.Installation.Postfix.QueueDirectory;
        string directory = Path.GetDirectoryName(socket)!;
        string owner = examined.Owner.Name;
        if (FileStatus.OfPath(queue, out FileStatus outer) < 0 || FileStatus.OfPath(directory, out FileStatus inner) < 0
            || FileStatus.OfPath(socket, out FileStatus end) < 0)
        {
            return null;
        }

        return (outer.Permissions & Search) != Search
            ? New(examined, $"programs cannot enter {queue}", $"chmod a+x {ShellText.Quote(queue)}")
            : inner.Owner != examined.Owner.UserId
                ? New(
                    examined, $"programs cannot connect: {directory} does not belong to {owner}",
                    $"chown {owner} {ShellText.Quote(directory)}")
                : (inner.Permissions & OwnerAccess) != OwnerAccess || (inner.Permissions & OthersMayWrite) != 0
                    ? New(
                        examined, $"{directory} has other permissions than Postfix gives it",
                        $"chmod 700 {ShellText.Quote(directory)}")
                    : (end.Permissions & ForEverybody) != ForEverybody
                        ? New(
                            examined,
                            $"programs cannot connect: {socket} has other permissions than master(8) gives it",
                            $"chmod 666 {ShellText.Quote(socket)}")
                        : null;
    }

    private static Finding New(ExaminedInstallation examined, string text, string command) =>
        new(Name, Verdict.Fault, text, examined.Remedies.Run(command)) { Causes = Effects.Silent };
}
