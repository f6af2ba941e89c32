// Invariant: postfix(1) always gets this instance's configuration directory; the machine's own Postfix is not touched.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using TlsMgr.Native.Libc;
using TlsMgr.Rig.Observation;

namespace TlsMgr.Rig;

/// <summary>One private Postfix: configuration, queue, data, programs and log below one directory.</summary>
/// <param name="name">Its <c>syslog_name</c>.</param>
/// <param name="directory">The directory, which this class creates.</param>
/// <param name="distribution">The programs.</param>
/// <param name="launcher">A program and arguments that run postfix(1), such as nsenter(1); none: it is run directly.</param>
internal sealed class PostfixInstance(
    string name, string directory, Distribution distribution, params string[] launcher)
{
    private const UnixFileMode ProgramMode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute |
        UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private const UnixFileMode PrivateDirectory =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    internal string Name => name;

    internal string DirectoryPath => directory;

    internal string ConfigDirectory => Path.Combine(directory, "config");

    internal string MainCfPath => Path.Combine(ConfigDirectory, "main.cf");

    internal string QueueDirectory => Path.Combine(directory, "queue");

    internal string DataDirectory => Path.Combine(directory, "data");

    internal string DaemonDirectory => Path.Combine(directory, "daemons");

    internal string LogPath => Path.Combine(directory, "mail.log");

    internal string TlsMgrSocket => Path.Combine(QueueDirectory, "private", "tlsmgr");

    internal UserAccount MailOwner => distribution.MailOwner;

    internal Release Release => distribution.Release;

    internal LogFile Log => new(LogPath);

    /// <summary>The process id of master(8); null when it does not run.</summary>
    internal int? MasterPid =>
        int.TryParse(
            SharedFile.ReadText(Path.Combine(QueueDirectory, "pid", "master.pid")),
            NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out int pid)
        && ProcessTable.OfInstance(this).Contains(pid)
            ? pid
            : null;

    /// <summary>
    /// Creates directories, configuration and programs. The programs are copies: master(8) starts none from outside
    /// its daemon_directory, and <c>postfix check</c> warns of symbolic links that leave it.
    /// </summary>
    internal void Install(string mainCf, string masterCf, CancellationToken cancellation)
    {
        foreach (string path in (string[])[directory, ConfigDirectory, QueueDirectory, DaemonDirectory])
        {
            WorkArea.CreateOpenDirectory(path);
        }

        Directory.CreateDirectory(DataDirectory).UnixFileMode = PrivateDirectory;
        Shell.Require(
            Shell.Find("chown") ?? throw new RigException("chown is missing"),
            [distribution.MailOwner.UserId.ToString(CultureInfo.InvariantCulture), DataDirectory], cancellation);
        foreach (string program in Directory.EnumerateFiles(distribution.Root + distribution.DaemonDirectory))
        {
            InstallProgram(program, Path.GetFileName(program));
        }

        InstallProgram(distribution.TlsMgr, "tlsmgr");
        if (File.Exists(distribution.TlsPool))
        {
            InstallProgram(distribution.TlsPool, "tlspool");
        }

        WriteMainCf(mainCf);
        File.WriteAllText(Path.Combine(ConfigDirectory, "master.cf"), masterCf);
    }

    /// <summary>
    /// Writes main.cf with a time in the past: every program of Postfix that finds it changed within the last second or
    /// two reads it again and again until it is older.
    /// </summary>
    internal void WriteMainCf(string text)
    {
        File.WriteAllText(MainCfPath, text);
        File.SetLastWriteTimeUtc(MainCfPath, DateTime.UtcNow.AddHours(-1));
    }

    internal void Start(CancellationToken cancellation)
    {
        Command("start", cancellation);
        if (!Deadline.Await(() => MasterPid is not null && File.Exists(TlsMgrSocket), cancellation))
        {
            throw new RigException($"{name}: master did not start: {string.Join(" | ", Log.Read())}");
        }
    }

    internal void Reload(CancellationToken cancellation) => Command("reload", cancellation);

    /// <summary>Runs <c>postfix stop</c>; returns the processes that still run at the deadline.</summary>
    internal IReadOnlyList<int> Stop(CancellationToken cancellation)
    {
        Command("stop", cancellation);
        Deadline.Await(() => ProcessTable.OfInstance(this).Count == 0, cancellation);
        return ProcessTable.OfInstance(this);
    }

    /// <summary>Submits a message with sendmail(1).</summary>
    internal void Submit(string recipient, CancellationToken cancellation) => Shell.Require(
        distribution.SendmailCommand, ["-f", $"rig@{name}.rig.test", recipient], cancellation,
        $"Subject: {recipient}\n\nA message of the rig.\n", ConfigDirectory);

    /// <summary>Submits a message and waits for the line about its delivery.</summary>
    /// <exception cref="RigException">No delivery was tried.</exception>
    internal LogLine Deliver(string recipient, CancellationToken cancellation)
    {
        int mark = Log.Read().Count;
        Submit(recipient, cancellation);
        return Log.Await(
            line => line.Text.Contains($"to=<{recipient}>", StringComparison.Ordinal)
                && line.Text.Contains("status=", StringComparison.Ordinal),
            cancellation, mark)
            ?? throw new RigException($"{name} did not try to deliver to {recipient}");
    }

    /// <summary>Kills the remaining processes of the instance, master(8) first so that it starts no new ones.</summary>
    internal void Kill()
    {
        Deadline.Await(
            () =>
            {
                List<int> left = ProcessTable.OfInstance(this);
                foreach (int pid in MasterPid is int master ? left.Prepend(master) : left)
                {
                    ProcessTable.Kill(pid);
                }

                return left.Count == 0;
            },
            CancellationToken.None);
    }

    /// <summary>The shell command that runs a verb of postfix(1) on this instance.</summary>
    internal string CommandLine(string verb) => $"{distribution.PostfixCommand} -c {ConfigDirectory} {verb}";

    private void Command(string verb, CancellationToken cancellation)
    {
        string[] command = [.. launcher, distribution.PostfixCommand, "-c", ConfigDirectory, verb];
        Shell.Require(command[0], command[1..], cancellation);
    }

    private void InstallProgram(string source, string programName)
    {
        string target = Path.Combine(DaemonDirectory, programName);
        File.Copy(source, target, overwrite: true);
        File.SetUnixFileMode(target, ProgramMode);
    }
}
