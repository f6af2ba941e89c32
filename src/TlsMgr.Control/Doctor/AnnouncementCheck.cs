using System.Collections.Generic;
using TlsMgr.Postfix.Config;

namespace TlsMgr.Control.Doctor;

/// <summary>
/// mail_version, and whether the daemon announces its protocol as the clients of this Postfix expect. Otherwise they
/// treat every connection as lost and disable TLS, with no more than a warning in the log.
/// </summary>
internal static class AnnouncementCheck
{
    private const string Name = "mail_version";

    internal static IEnumerable<Finding> Examine(ExaminedInstallation examined)
    {
        PostfixParameters postfix = examined.Installation.Postfix;
        InstalledRelease release = InstalledRelease.Find(postfix.DaemonDirectory, runningMaster: null);
        MailVersion version = release.IsFound ? release.Version : postfix.MailVersion;
        if (postfix.MailVersion.AnnouncesProtocol != version.AnnouncesProtocol
            || postfix.MailVersion.HasLongTicketKeys != version.HasLongTicketKeys)
        {
            yield return new(
                Name, Verdict.Fault,
                $"it is set to {postfix.MailVersion}, and Postfix here is {version}: its programs disable TLS",
                examined.Remedies.Reset(Name));
        }
        else if (examined.Probe.Failure is null && examined.Probe.AnnouncesProtocol != version.AnnouncesProtocol)
        {
            yield return new(
                Name, Verdict.Fault,
                $"tlsmgr {(version.AnnouncesProtocol ? "does not announce" : "announces")} its protocol, and clients "
                + $"of Postfix {version} {(version.AnnouncesProtocol ? "require" : "reject")} that: they disable TLS",
                examined.Remedies.ApplyOnly());
        }
        else
        {
            yield return new(
                Name, Verdict.Ok, $"Postfix here is {version}{(release.IsFound ? "" : ", by its configuration")}");
        }
    }
}
