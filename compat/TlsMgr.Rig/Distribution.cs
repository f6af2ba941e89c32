// What the system must bring: root, Postfix's programs and user, openssl. Asks Postfix for its built-in defaults and
// must never read or change the machine's own Postfix configuration.

using System.IO;
using System.Threading;
using TlsMgr.Native.Libc;

namespace TlsMgr.Rig;

/// <summary>The programs and the user that the rig works with.</summary>
/// <param name="DaemonDirectory">Where the distribution keeps Postfix's daemons.</param>
/// <param name="PostfixCommand">postfix(1).</param>
/// <param name="PostconfCommand">postconf(1).</param>
/// <param name="SendmailCommand">Postfix's sendmail(1).</param>
/// <param name="OpenSslCommand">openssl(1).</param>
/// <param name="MailOwner">The user that unprivileged daemons run as.</param>
/// <param name="TlsMgr">The binary under test.</param>
/// <param name="Release">What kind of Postfix it is.</param>
internal sealed record Distribution(
    string DaemonDirectory, string PostfixCommand, string PostconfCommand, string SendmailCommand, string OpenSslCommand,
    UserAccount MailOwner, string TlsMgr, Release Release)
{
    /// <summary>Finds everything.</summary>
    /// <exception cref="RigException">Something is missing: the message says what.</exception>
    internal static Distribution Find(string tlsMgrPath, CancellationToken cancellation)
    {
        if (UserIdentity.EffectiveUserId != 0)
        {
            throw new RigException("the rig starts master(8), which only root may: run it as root");
        }

        string postconf = Shell.Find("postconf") ?? throw Missing("postconf", "postfix");
        string openSsl = Shell.Find("openssl") ?? throw Missing("openssl", "openssl");
        string Default(string name) => Shell.Require(postconf, ["-d", "-h", name], cancellation).Trim();
        string mailOwner = Default("mail_owner");
        string binary = Path.GetFullPath(tlsMgrPath);
        if (!File.Exists(binary) || (File.GetUnixFileMode(binary) & UnixFileMode.UserExecute) == 0)
        {
            throw new RigException($"--tlsmgr: {binary} is not an executable file");
        }

        return new Distribution(
            Default("daemon_directory"),
            Path.Combine(Default("command_directory"), "postfix"),
            postconf,
            Default("sendmail_path"),
            openSsl,
            UserIdentity.FindUser(mailOwner) ?? throw new RigException($"the system has no user {mailOwner}"),
            binary,
            Release.Of(Default));
    }

    private static RigException Missing(string program, string package) =>
        new($"{program} is missing: install the package {package}");
}
