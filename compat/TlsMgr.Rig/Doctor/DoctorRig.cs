// One private Postfix with TlsMgr as tlsmgr-net beside Postfix's tlsmgr, as the package installs it. Each case begins
// with the files as they were, breaks something with a shell, runs doctor, pastes the remedy into a shell, and runs
// doctor again.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using System.Threading;

namespace TlsMgr.Rig.Doctor;

/// <summary>The rig of the doctor's cases.</summary>
internal sealed partial class DoctorRig : IDisposable
{
    private const int RepairAttempts = 40;
    private const string Healthy = "0 faults";

    private static readonly TimeSpan AttemptInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan RepairLimit = TimeSpan.FromSeconds(12);

    private readonly WorkArea _area;
    private readonly Distribution _distribution;
    private readonly PostfixInstance _instance;
    private readonly PostfixInstance _other;
    private readonly int _port;
    private readonly string _tool;
    private readonly Dictionary<string, string> _variables;
    private bool _isOtherInstalled;

    private DoctorRig(Distribution distribution, WorkArea area, string tool)
    {
        _distribution = distribution;
        _area = area;
        _tool = tool;
        _port = FreePort();
        _instance = new PostfixInstance("doctor", Path.Combine(area.DirectoryPath, "one"), distribution);
        _other = new PostfixInstance("other", Path.Combine(area.DirectoryPath, "two"), distribution);
        string postfix = $"{distribution.PostfixCommand} -c {_instance.ConfigDirectory}";
        _variables = new()
        {
            ["CONFIG"] = _instance.ConfigDirectory,
            ["QUEUE"] = _instance.QueueDirectory,
            ["DATA"] = _instance.DataDirectory,
            ["DAEMONS"] = _instance.DaemonDirectory,
            ["ROOT"] = _instance.DirectoryPath,
            ["SAVED"] = Path.Combine(area.DirectoryPath, "saved"),
            ["OTHER"] = _other.ConfigDirectory,
            ["OWNER"] = distribution.MailOwner.Name,
            ["TOOL"] = tool,
            ["RELOAD"] = $"{postfix} reload",
            ["STOP"] = $"{postfix} stop",
            ["START"] = $"{postfix} start",
            ["RESTART"] = $"eval {postfix} stop; {postfix} start",
            ["WAKE"] = $"{tool} ping -c {_instance.ConfigDirectory}",
            ["AWAIT_STOP"] = $"for i in $(seq 50); do {postfix} status || break; sleep 0.1; done",
        };
    }

    [GeneratedRegex(@"^(?<verdict>fault|note) +(?<check>\S+) +(?<text>.*)$")]
    private static partial Regex FindingLine { get; }

    [GeneratedRegex(@"\$([A-Z_]+)")]
    private static partial Regex Variable { get; }

    /// <summary>Creates and starts the instance.</summary>
    internal static DoctorRig Start(string tlsMgr, CancellationToken cancellation)
    {
        string tool = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(tlsMgr))!, "tlsmgrctl");
        DoctorRig rig = new(Distribution.Find(tlsMgr, cancellation), WorkArea.Create(), tool);
        try
        {
            rig.Install(cancellation);
            return rig;
        }
        catch
        {
            rig.Dispose();
            throw;
        }
    }

    /// <summary>Why the healthy installation is not reported as such; null when it is.</summary>
    internal string? FindHealthyFault(HealthyCase healthy, CancellationToken cancellation)
    {
        Reset(cancellation);
        Prepare(healthy.Prepare, cancellation);
        Run(Expand("$WAKE"), cancellation);
        string report = "";
        bool isOk = Await(() => IsClean(report = Examine(cancellation)), cancellation);
        string? fault = !isOk ? $"not every line is ok:\n{report}"
            : healthy.Unsaid.Length > 0 && report.Contains(healthy.Unsaid, StringComparison.Ordinal)
                ? $"it speaks of {healthy.Unsaid}:\n{report}"
                : Resumption(cancellation, healthy.HasCache);
        Run(Expand(healthy.Clean), cancellation);
        return fault;
    }

    /// <summary>Whether a report has ok in every line but the last, which counts no fault.</summary>
    internal static bool IsClean(string report)
    {
        string[] lines = report.TrimEnd().Split('\n');
        return lines.Length > 1 && lines[^1] == Healthy
            && lines.SkipLast(1).All(static line => line.StartsWith("ok ", StringComparison.Ordinal));
    }

    /// <summary>Runs a case; returns what is not as it should be, or null.</summary>
    internal string? FindFault(DoctorCase doctorCase, CancellationToken cancellation)
    {
        Reset(cancellation);
        Run(Expand("$WAKE"), cancellation);
        if (Resumption(cancellation) is { } unhealthy)
        {
            return $"before: {unhealthy}";
        }

        try
        {
            Prepare(doctorCase.Break, cancellation);
            return Mend(doctorCase, cancellation) ?? AwaitHealth(cancellation) ?? Resumption(cancellation);
        }
        finally
        {
            if (doctorCase.Clean.Length > 0)
            {
                Run(Expand(doctorCase.Clean), cancellation);
            }
        }
    }

    /// <summary>Whether this machine can be broken as a case needs it.</summary>
    internal bool Allows(DoctorCase doctorCase, CancellationToken cancellation) =>
        doctorCase.Requires.Length == 0 || Run(Expand(doctorCase.Requires), cancellation).ExitCode == 0;

    public void Dispose()
    {
        _instance.Kill();
        _other.Kill();

        // What an interrupted case has left.
        Run(Expand("chattr -i $DATA $DATA/*; umount -l $ROOT/other; umount -l $DATA"), CancellationToken.None);
        _area.Remove();
    }

    private void Prepare(string script, CancellationToken cancellation)
    {
        if (!_isOtherInstalled && script.Contains("$OTHER", StringComparison.Ordinal))
        {
            InstallOther(cancellation);
        }

        Run(Expand(script), cancellation);
    }

    /// <summary>Checks the report of the broken installation and carries out its remedy.</summary>
    private string? Mend(DoctorCase doctorCase, CancellationToken cancellation)
    {
        string expected = Expand(doctorCase.Fault);
        string report = "";

        // A reload takes effect a moment later than its command ends.
        bool isFound = Await(
            () =>
            {
                report = Examine(cancellation);
                return Faults(report) is [var only] && only.StartsWith(expected, StringComparison.Ordinal);
            },
            cancellation);
        if (!isFound)
        {
            return $"not the only fault \"{expected}\":\n{report}";
        }

        string? command = CommandOf(report);
        if (doctorCase.Mend.Length > 0)
        {
            Run(Expand(doctorCase.Mend), cancellation);
            return command is null ? null : $"a command in place of advice: {command}";
        }

        if (command is null)
        {
            return $"no command:\n{report}";
        }

        ShellResult result = Run(command, cancellation);
        return result.ExitCode == 0
            ? null
            : $"the remedy fails with status {result.ExitCode}: {command}\n{result.ErrorOutput}{result.Output}";
    }

    private string? AwaitHealth(CancellationToken cancellation)
    {
        string report = "";
        bool isHealthy = Await(
            () => (report = Examine(cancellation)).TrimEnd().Split('\n')[^1] == Healthy, cancellation);
        return isHealthy
            ? null
            : $"after the remedy:\n{report}";
    }

    private static bool Await(Func<bool> condition, CancellationToken cancellation)
    {
        // Shorter than the minute for which master(8) does not start a daemon again.
        DateTime end = DateTime.UtcNow + RepairLimit;
        for (int attempt = 0; attempt < RepairAttempts && DateTime.UtcNow < end; attempt++)
        {
            if (condition())
            {
                return true;
            }

            cancellation.WaitHandle.WaitOne(AttemptInterval);
            cancellation.ThrowIfCancellationRequested();
        }

        return false;
    }

    private string Examine(CancellationToken cancellation)
    {
        ShellResult result = Shell.Run(_tool, ["doctor", "-c", _instance.ConfigDirectory], cancellation);
        return result.Output + result.ErrorOutput;
    }

    /// <summary>The faults of a report: the check, a blank, the text.</summary>
    private static string[] Faults(string report) =>
    [
        .. report.Split('\n').Select(static line => FindingLine.Match(line))
            .Where(static match => match.Groups["verdict"].Value == "fault")
            .Select(static match => $"{match.Groups["check"].Value} {match.Groups["text"].Value}"),
    ];

    /// <summary>The command below the fault of a report, as it is printed.</summary>
    private static string? CommandOf(string report) => report.Split('\n')
        .SkipWhile(static line => FindingLine.Match(line).Groups["verdict"].Value != "fault").Skip(1)
        .TakeWhile(static line => line.StartsWith(' '))
        .Select(static line => line.Trim())
        .FirstOrDefault(static line => line.StartsWith("-> ", StringComparison.Ordinal))?[3..];

    /// <summary>Why a client's second connection does not resume its first; null when it does, both ways.</summary>
    private string? Resumption(CancellationToken cancellation, bool hasCache = true)
    {
        foreach (string[] options in hasCache ? (string[][])[[], ["-no_ticket"]] : [[]])
        {
            string session = Path.Combine(_area.DirectoryPath, "session");
            string first = Connect([.. options, "-sess_out", session], cancellation);
            string second = Connect([.. options, "-sess_in", session], cancellation);
            if (first != "New" || second != "Reused")
            {
                return $"connections {string.Join(' ', options)}: {first}, then {second}";
            }
        }

        return null;
    }

    private string Connect(string[] options, CancellationToken cancellation)
    {
        ShellResult result = Shell.Run(
            _distribution.OpenSslCommand,
            ["s_client", "-connect", $"127.0.0.1:{_port}", "-starttls", "smtp", "-tls1_2", .. options], cancellation,
            "QUIT\n");
        string? line = result.Output.Split('\n').FirstOrDefault(
            static line => line.Contains(", TLSv", StringComparison.Ordinal));
        return line?.Split(',')[0] ?? $"no handshake ({result.ErrorOutput.Trim().Split('\n')[^1]})";
    }

    private static ShellResult Run(string script, CancellationToken cancellation) =>
        Shell.Run("/bin/bash", ["-c", script], cancellation);

    /// <summary>A text with the values of the rig's variables; others are the shell's.</summary>
    private string Expand(string text) => Variable.Replace(
        text, match => _variables.GetValueOrDefault(match.Groups[1].Value, match.Value));

    private void Install(CancellationToken cancellation)
    {
        Certificates certificates = Certificates.Create(_distribution, _area.DirectoryPath, cancellation);
        string masterCf = new MasterCf(_distribution.Release).ForDoctor(_port);
        _instance.Install(
            MainCf.ForReceiver(_instance, certificates), masterCf, cancellation);
        InstallPrograms(_instance);
        File.WriteAllText(Path.Combine(_instance.ConfigDirectory, "tlsmgr.cf"), "# own parameters\n");
        string saved = _variables["SAVED"];
        WorkArea.CreateOpenDirectory(saved);
        foreach (string name in (string[])["main.cf", "master.cf", "tlsmgr.cf"])
        {
            File.Copy(Path.Combine(_instance.ConfigDirectory, name), Path.Combine(saved, name));
        }
    }

    private void InstallOther(CancellationToken cancellation)
    {
        Certificates certificates = new(
            Path.Combine(_area.DirectoryPath, "certificate.pem"), Path.Combine(_area.DirectoryPath, "key.pem"));
        _other.Install(
            MainCf.ForReceiver(_other, certificates), new MasterCf(_distribution.Release).ForDoctor(FreePort()),
            cancellation);
        InstallPrograms(_other);
        _isOtherInstalled = true;
    }

    /// <summary>Postfix's tlsmgr under its own name, and TlsMgr under that of its package.</summary>
    private void InstallPrograms(PostfixInstance instance)
    {
        string own = Path.Combine(instance.DaemonDirectory, "tlsmgr-net");
        string original = Path.Combine(instance.DaemonDirectory, "tlsmgr");
        Replace(original, Path.Combine(_distribution.DaemonDirectory, "tlsmgr"));
        Replace(own, _distribution.TlsMgr);
    }

    /// <summary>Replaces a program by renaming: a process may still run it.</summary>
    private static void Replace(string program, string source)
    {
        File.Copy(source, program + ".new", overwrite: true);
        File.SetUnixFileMode(program + ".new", File.GetUnixFileMode("/usr/bin/env"));
        File.Move(program + ".new", program, overwrite: true);
    }

    /// <summary>Puts everything back that a case may have changed, and starts Postfix anew.</summary>
    private void Reset(CancellationToken cancellation)
    {
        Run(
            Expand("""
                $STOP 2>/dev/null
                chmod 755 $ROOT; rm -rf $DATA/* $CONFIG/*.cf; cp $SAVED/*.cf $CONFIG
                chown $OWNER $DATA; chmod 700 $DATA
                chmod 755 $QUEUE
                if [ -d $QUEUE/private ]; then chown $OWNER $QUEUE/private; chmod 700 $QUEUE/private; fi
                [ -f $DAEMONS/tlsmgr-net ] || rm -rf $DAEMONS/tlsmgr-net
                """),
            cancellation);
        InstallPrograms(_instance);
        ShellResult start = Run(Expand("$START"), cancellation);
        if (start.ExitCode != 0)
        {
            throw new RigException($"postfix start: {start.ErrorOutput}{start.Output}");
        }
    }

    private static int FreePort()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
