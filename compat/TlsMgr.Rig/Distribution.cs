// What the system must provide: root, Postfix's programs and user, openssl. Postfix is queried for its built-in
// defaults alone; the machine's own Postfix configuration is neither read nor changed.

using System.IO;
using System.Threading;
using TlsMgr.Native.Libc;

namespace TlsMgr.Rig;

/// <summary>The programs and the user that the rig uses.</summary>
/// <param name="DaemonDirectory">The directory of the distribution's Postfix daemons.</param>
/// <param name="PostfixCommand">The path of postfix(1).</param>
/// <param name="PostconfCommand">The path of postconf(1).</param>
/// <param name="SendmailCommand">The path of Postfix's sendmail(1).</param>
/// <param name="OpenSslCommand">The path of openssl(1).</param>
/// <param name="MailOwner">The user that unprivileged daemons run as.</param>
/// <param name="TlsMgr">The binary under test.</param>
/// <param name="Release">The installed release of Postfix.</param>
internal sealed record Distribution(
    string DaemonDirectory, string PostfixCommand, string PostconfCommand, string SendmailCommand, string OpenSslCommand,
    UserAccount MailOwner, string TlsMgr, Release Release)
{
    /// <summary>Finds the programs and the user, and checks the binary under test.</summary>
    /// <exception cref="RigException">
    /// A program, the user or root's rights are missing: the message names it.
    /// </exception>
    internal static Distribution Find(string tlsMgrPath, CancellationToken cancellation)
    {
        if (UserIdentity.EffectiveUserId != 0)
        {
            throw new RigException("the rig starts master(8), which needs root: run it as root");
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
