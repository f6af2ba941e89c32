// The rig runs once more inside: with mounts, network and process ids of its own, and /run in memory. When it ends,
// however it ends, the kernel kills every process in it and removes its files, mounts and network.

using System;
using System.Diagnostics;
using System.Linq;
using System.Threading;

namespace TlsMgr.Rig.Pool;

/// <summary>The namespaces in which the hosts of a pool live.</summary>
internal static class Enclosure
{
    private const string Mark = "TLSMGR_RIG_ENCLOSED";

    // The shell is the first process of its namespace: it collects the daemons that others leave behind.
    private const string Begin =
        "mount -t tmpfs -o mode=755 tmpfs /run && ip link set lo up || exit 2; \"$@\"; status=$?; exit $status";

    private static readonly string[] Namespaces =
        ["--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"];

    /// <summary>Whether this process is the one inside.</summary>
    internal static bool IsInside => Environment.GetEnvironmentVariable(Mark) is not null;

    /// <summary>Runs this program again with the same arguments; returns its exit status.</summary>
    /// <exception cref="RigException">A program or a right is missing: the message names it.</exception>
    internal static int RunInside(CancellationToken cancellation)
    {
        string setpriv = Need("setpriv", "util-linux");
        string unshare = Need("unshare", "util-linux");
        Need("nsenter", "util-linux");
        Need("ip", "iproute2");
        string[] mount = ["mount", "-t", "tmpfs", "tmpfs", "/run"];
        ShellResult attempt = Shell.Run(unshare, [.. Namespaces, .. mount], cancellation);
        if (attempt.ExitCode != 0)
        {
            throw new RigException(
                $"hosts of a pool need namespaces of their own: {attempt.ErrorOutput.Trim().ReplaceLineEndings(" ")}");
        }

        // Invariant: the namespaces end with this process, also when it is killed (--pdeathsig, --kill-child).
        ProcessStartInfo start = new(
            setpriv,
            ["--pdeathsig", "KILL", unshare, .. Namespaces, "/bin/sh", "-c", Begin, "sh", .. OwnCommandLine()]);
        start.Environment[Mark] = "1";
        start.Environment["TMPDIR"] = "/run";
        start.Environment["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin";
        using Process inside = Process.Start(start)!;
        try
        {
            inside.WaitForExitAsync(cancellation).GetAwaiter().GetResult();
            return inside.ExitCode;
        }
        finally
        {
            Shell.Kill(inside);
        }
    }

    /// <summary>The path of a program.</summary>
    /// <exception cref="RigException">It is missing: the message names its package.</exception>
    internal static string Need(string program, string package) =>
        Shell.Find(program) ?? throw new RigException($"{program} is missing: install the package {package}");

    // The host program, or dotnet with the path of the assembly.
    private static string[] OwnCommandLine()
    {
        string[] all = Environment.GetCommandLineArgs();
        string program = Environment.ProcessPath!;
        return program.EndsWith("/dotnet", StringComparison.Ordinal) ? [program, .. all] : [program, .. all.Skip(1)];
    }
}
