using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;

namespace TlsMgr.Rig.Observation;

/// <summary>The state of the tlsmgr process under master(8), from /proc.</summary>
/// <param name="Pid">Its process id.</param>
/// <param name="UserIds">Real, effective, saved and file system user id.</param>
/// <param name="GroupIds">Real, effective, saved and file system group id.</param>
/// <param name="OtherGroupIds">Supplementary groups.</param>
/// <param name="Capabilities">Effective capabilities, hexadecimal.</param>
/// <param name="RootDirectory">Its root directory as seen from outside.</param>
/// <param name="OpenFiles">The link targets of its descriptors.</param>
/// <param name="ResidentKib">Resident memory in KiB.</param>
/// <param name="AnonymousKib">The anonymous part of the resident memory, in KiB.</param>
internal sealed record DaemonProcess(
    int Pid, IReadOnlyList<uint> UserIds, IReadOnlyList<uint> GroupIds, IReadOnlyList<uint> OtherGroupIds,
    string Capabilities, string RootDirectory, IReadOnlyList<string> OpenFiles, long ResidentKib, long AnonymousKib)
{
    private static readonly string[] HarmlessFiles = ["/dev/null", "/dev/urandom", "/dev/random"];
    private static readonly string[] HarmlessKinds = ["socket:", "pipe:", "anon_inode:"];

    /// <summary>The process id of master(8)'s child with the name tlsmgr; null when none runs.</summary>
    internal static int? FindPid(PostfixInstance instance)
    {
        string master = (instance.MasterPid ?? 0).ToString(CultureInfo.InvariantCulture);
        foreach (int pid in ProcessTable.OfInstance(instance))
        {
            Dictionary<string, string> status = ProcessTable.Status(pid);
            if (status.GetValueOrDefault("Name") == "tlsmgr" && status.GetValueOrDefault("PPid") == master)
            {
                return pid;
            }
        }

        return null;
    }

    /// <summary>Reads the state of the instance's tlsmgr; null when none runs, or when it exits meanwhile.</summary>
    internal static DaemonProcess? Observe(PostfixInstance instance)
    {
        if (FindPid(instance) is not int pid)
        {
            return null;
        }

        try
        {
            string[] openFiles =
                [.. Directory.EnumerateFileSystemEntries($"/proc/{pid}/fd").Select(LinkTarget).OfType<string>()];
            string root = LinkTarget($"/proc/{pid}/root") ?? "(gone)";
            Dictionary<string, string> status = ProcessTable.Status(pid);
            return status.Count == 0
                ? null
                : new DaemonProcess(
                    pid, Numbers(status, "Uid"), Numbers(status, "Gid"), Numbers(status, "Groups"),
                    status.GetValueOrDefault("CapEff", ""), root, openFiles,
                    Kibibytes(status, "VmRSS"), Kibibytes(status, "RssAnon"));
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>The anonymous part of the resident memory of a process, in KiB; 0 when it is gone.</summary>
    internal static long AnonymousKibOf(int pid) => Kibibytes(ProcessTable.Status(pid), "RssAnon");

    /// <summary>Open files other than random devices, /dev/null, data files, and descriptors without a path.</summary>
    internal IEnumerable<string> UnexpectedFiles(PostfixInstance instance) => OpenFiles.Where(file =>
        !HarmlessFiles.Contains(file)
        && !HarmlessKinds.Any(kind => file.StartsWith(kind, StringComparison.Ordinal))
        && !file.StartsWith(instance.DataDirectory + "/", StringComparison.Ordinal));

    private static uint[] Numbers(Dictionary<string, string> status, string field) =>
    [
        .. status.GetValueOrDefault(field, "")
            .Split(default(char[]), StringSplitOptions.RemoveEmptyEntries)
            .Select(static number => uint.Parse(number, CultureInfo.InvariantCulture)),
    ];

    // A value such as "12404 kB".
    private static long Kibibytes(Dictionary<string, string> status, string field) =>
        long.TryParse(status.GetValueOrDefault(field, "").Split(' ')[0], CultureInfo.InvariantCulture, out long size)
            ? size
            : 0;

    // Null when the descriptor was closed between being listed and being read.
    private static string? LinkTarget(string link) => new FileInfo(link).LinkTarget;
}
