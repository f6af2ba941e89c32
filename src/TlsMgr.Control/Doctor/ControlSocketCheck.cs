// Whether the administrator's socket is there, is the daemon's, and leads to the process that serves the clients.

using System.Collections.Generic;
using TlsMgr.Control.Client;
using TlsMgr.Native.Libc;

namespace TlsMgr.Control.Doctor;

/// <summary>tlsmgr_control_socket.</summary>
internal static class ControlSocketCheck
{
    private const string Name = "tlsmgr_control_socket";
    private const string Usual = "tlsmgr_control";
    private const string SeedRequests = "requests.seed";

    internal static IEnumerable<Finding> Examine(ExaminedInstallation examined)
    {
        // Postfix's own tlsmgr has none; and of a daemon that does not answer at all, another check tells.
        if (examined.Installation.Entry?.Command != ExaminedInstallation.CommandName
            || examined.Answer.Failure is not null)
        {
            yield break;
        }

        yield return examined.Installation.ControlSocket is not { } path
            ? new(
                Name, Verdict.Note, "it is empty: tlsmgrctl cannot show what tlsmgr does and holds",
                examined.Set(Name, Usual))
            : NameFault(examined) ?? FileFault(examined, path)
                ?? AnswerFault(path, examined.Installation.ServiceSocket)
                ?? new(Name, Verdict.Ok, $"{path} leads to the tlsmgr that serves");
    }

    private static Finding? NameFault(ExaminedInstallation examined)
    {
        string name = examined.Installation.Parameters.ControlSocketName;
        return name.Contains('/')
            ? Fault($"{name} is not a name in data_directory: there is no control socket", examined.Set(Name, Usual))
            : null;
    }

    private static Finding? FileFault(ExaminedInstallation examined, string path)
    {
        UserAccount owner = examined.Owner;
        int answer = FileStatus.OfPath(path, out FileStatus status, followLinks: false);
        return answer switch
        {
            < 0 => Fault(
                $"{path}: {Errno.Describe(answer)}", "postfix reload; then look for control socket in the log"),
            // Under a name of the administrator's choice it may be a file that is needed: the exchange file, a cache.
            _ when !status.IsSocket => Fault(
                $"{path} is no socket",
                examined.Installation.Parameters.ControlSocketName == Usual
                    ? "move it away, then postfix reload: tlsmgr makes it anew"
                    : examined.Set(Name, Usual)),
            _ when status.Owner != owner.UserId => Fault(
                $"{path} does not belong to {owner.Name}", "postfix reload: tlsmgr makes it anew"),
            _ => null,
        };
    }

    /// <summary>Whoever answers there has to see a request that the service gets.</summary>
    private static Finding? AnswerFault(string path, string serviceSocket)
    {
        try
        {
            using ServiceConnection control = ServiceConnection.Open(path);
            long before = CountSeedRequests(control);
            using ServiceConnection service = ServiceConnection.Open(serviceSocket);
            ServiceRequests.Seed(service, size: 1);
            return CountSeedRequests(control) > before ? null : Fault(
                $"{path} leads to another tlsmgr than the one that serves",
                "give each instance of Postfix a data_directory of its own, then postfix reload");
        }
        catch (NoAnswerException fault)
        {
            return Fault(
                $"tlsmgr does not answer: {fault.Message}", "postfix reload; then look for postfix/tlsmgr in the log");
        }
    }

    private static long CountSeedRequests(ServiceConnection control) =>
        ControlRequests.Stats(control).Find(figure => figure.Key == SeedRequests).Value;

    private static Finding Fault(string text, string remedy) => new(Name, Verdict.Fault, text, remedy);
}
