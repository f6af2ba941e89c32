// Whether the daemon greets as the clients of this Postfix expect. When it does not, they take every connection for
// lost and do without TLS, and say so in the log alone.

using System.Collections.Generic;
using TlsMgr.Postfix.Config;

namespace TlsMgr.Control.Doctor;

/// <summary>mail_version, and whether the daemon speaks first.</summary>
internal static class AnnouncementCheck
{
    private const string Name = "mail_version";

    internal static IEnumerable<Finding> Examine(ExaminedInstallation examined)
    {
        PostfixParameters postfix = examined.Installation.Postfix;
        MailVersion? found = MailVersion.FindInExecutable($"{postfix.DaemonDirectory}/master", out _);
        MailVersion version = found ?? postfix.MailVersion;
        if (postfix.MailVersion.AnnouncesProtocol != version.AnnouncesProtocol
            || postfix.MailVersion.HasLongTicketKeys != version.HasLongTicketKeys)
        {
            yield return new(
                Name, Verdict.Fault,
                $"it is set to {postfix.MailVersion}, and Postfix here is {version}: its programs will do without TLS",
                examined.Reset(Name));
        }
        else if (examined.Answer.Failure is null && examined.Answer.AnnouncesProtocol != version.AnnouncesProtocol)
        {
            yield return new(
                Name, Verdict.Fault,
                $"tlsmgr {(version.AnnouncesProtocol ? "does not greet" : "greets")} its clients, and those of Postfix "
                + $"{version} expect {(version.AnnouncesProtocol ? "it" : "nothing")}: they do without TLS",
                "postfix reload");
        }
        else
        {
            yield return new(Name, Verdict.Ok, $"Postfix here is {version}{(found is null ? ", it seems" : "")}");
        }
    }
}
