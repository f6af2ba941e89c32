// What the system must provide: root, Postfix's programs and user, openssl. Postfix is queried for its built-in
// defaults alone; the machine's own Postfix configuration is neither read nor changed.

using System.Globalization;
using System.IO;
using System.Linq;
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
    /// <summary>The root directory in which its programs run; empty for that of the rig.</summary>
    internal string Root { get; init; } = "";

    /// <summary>The major version of OpenSSL.</summary>
    internal int OpenSslMajor { get; private init; }

    /// <summary>A program and arguments that run another program in that directory; none for that of the rig.</summary>
    internal string[] Launcher => LauncherOf(Root);

    /// <summary>The tlspool beside the binary under test; its file may be missing.</summary>
    internal string TlsPool => Path.Combine(Path.GetDirectoryName(TlsMgr)!, "tlspool");

    /// <summary>Finds the programs and the user, and checks the binary under test.</summary>
    /// <param name="tlsMgrPath">The binary under test.</param>
    /// <param name="cancellation">Ends the run.</param>
    /// <param name="root">The root directory with Postfix; empty for that of the rig.</param>
    /// <exception cref="RigException">
    /// A program, the user or root's rights are missing: the message names it.
    /// </exception>
    internal static Distribution Find(string tlsMgrPath, CancellationToken cancellation, string root = "")
    {
        if (UserIdentity.EffectiveUserId != 0)
        {
            throw new RigException("the rig starts master(8), which needs root: run it as root");
        }

        string postconf = Shell.Find("postconf", root) ?? throw Missing("postconf", "postfix");
        string openSsl = Shell.Find("openssl", root) ?? throw Missing("openssl", "openssl");
        string[] command = [.. LauncherOf(root), postconf, "-d", "-h"];
        string Default(string name) => Shell.Require(command[0], [.. command[1..], name], cancellation).Trim();
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
            FindUser(mailOwner, root) ?? throw new RigException($"the system has no user {mailOwner}"),
            binary,
            Release.Of(Default, root))
        {
            Root = root,
            OpenSslMajor = MajorOf([.. LauncherOf(root), openSsl, "version"], cancellation),
        };
    }

    // "OpenSSL 3.0.20 7 Apr 2026 ..."
    private static int MajorOf(string[] command, CancellationToken cancellation)
    {
        string version = Shell.Require(command[0], command[1..], cancellation);
        return version.Split(' ', '.') is ["OpenSSL", string major, ..]
            ? int.Parse(major, CultureInfo.InvariantCulture)
            : throw new RigException($"openssl reports a version that cannot be parsed: {version}");
    }

    private static string[] LauncherOf(string root) =>
        root.Length == 0 ? [] : [Shell.Find("chroot") ?? throw Missing("chroot", "coreutils"), root];

    private static UserAccount? FindUser(string name, string root) => root.Length == 0
        ? UserIdentity.FindUser(name)
        : File.ReadLines($"{root}/etc/passwd").Select(static line => line.Split(':'))
            .Where(fields => fields[0] == name)
            .Select(static fields => new UserAccount(
                fields[0], uint.Parse(fields[2], CultureInfo.InvariantCulture),
                uint.Parse(fields[3], CultureInfo.InvariantCulture)))
            .FirstOrDefault();

    private static RigException Missing(string program, string package) =>
        new($"{program} is missing: install the package {package}");
}
