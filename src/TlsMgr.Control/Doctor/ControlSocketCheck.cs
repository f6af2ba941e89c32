using System.Collections.Generic;
using TlsMgr.Control.Client;
using TlsMgr.Native.Libc;

namespace TlsMgr.Control.Doctor;

/// <summary>
/// tlsmgr_control_socket: whether it exists, belongs to mail_owner, and leads to the process that serves clients.
/// </summary>
internal static class ControlSocketCheck
{
    private const string Name = "tlsmgr_control_socket";
    private const string Default = "tlsmgr_control";
    private const string SeedRequests = "requests.seed";

    internal static IEnumerable<Finding> Examine(ExaminedInstallation examined)
    {
        // Postfix's own tlsmgr has none. A daemon that does not reply at all is reported by another check.
        if (!examined.IsOurs || examined.Probe.Failure is not null)
        {
            yield break;
        }

        yield return examined.Installation.ControlSocket is not { } path
            ? new(
                Name, Verdict.Note, "it is empty: tlsmgrctl cannot show statistics, sessions and keys",
                examined.Remedies.Reset(Name))
            : NameFault(examined) ?? FileFault(examined, path) ?? ReplyFault(examined, path)
                ?? new(Name, Verdict.Ok, $"{path} leads to the tlsmgr that serves");
    }

    private static Finding? NameFault(ExaminedInstallation examined)
    {
        string name = examined.Installation.Parameters.ControlSocketName;
        return name.Contains('/')
            ? Fault(
                $"{name} is not a name in data_directory: there is no control socket",
                examined.Remedies.Reset(Name))
            : null;
    }

    private static Finding? FileFault(ExaminedInstallation examined, string path)
    {
        UserAccount owner = examined.Owner;
        int result = FileStatus.OfPath(path, out FileStatus status, followLinks: false);
        return result switch
        {
            < 0 => Fault($"{path}: {Errno.Describe(result)}", examined.Remedies.ApplyOnly()),
            // Under another than the default name it can be a file in use: the exchange file, a cache.
            _ when !status.IsSocket => Fault(
                $"{path} is no socket",
                examined.Installation.Parameters.ControlSocketName == Default
                    ? examined.Remedies.Run($"mv -T {ShellText.Quote(path)} {ShellText.Quote($"{path}.moved")}")
                    : examined.Remedies.Reset(Name)),
            _ when status.Owner != owner.UserId => Fault(
                $"{path} does not belong to {owner.Name}", examined.Remedies.Run($"rm {ShellText.Quote(path)}")),
            _ => null,
        };
    }

    /// <summary>The process behind the control socket has to count a request to the service socket.</summary>
    private static Finding? ReplyFault(ExaminedInstallation examined, string path)
    {
        try
        {
            using ServiceConnection control = ServiceConnection.Open(path);
            long before = CountSeedRequests(control);
            using ServiceConnection service = ServiceConnection.Open(examined.Installation.ServiceSocket);
            ServiceRequests.Seed(service, size: 1);
            return CountSeedRequests(control) > before ? null : Fault(
                $"{path} leads to another tlsmgr than the one that serves: two instances share data_directory",
                DataDirectoryCheck.SetOwn(examined));
        }
        catch (NoReplyException fault)
        {
            return Fault($"tlsmgr does not reply: {fault.Message}", examined.Remedies.ApplyOnly());
        }
    }

    private static long CountSeedRequests(ServiceConnection control) =>
        ControlRequests.Stats(control).Find(figure => figure.Key == SeedRequests).Value;

    private static Finding Fault(string text, Remedy remedy) => new(Name, Verdict.Fault, text, remedy)
    {
        Observes = Effects.Control,
    };
}
