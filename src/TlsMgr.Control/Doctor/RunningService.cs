// master(8) writes its process id into a file, and starts the daemon as its child; /proc shows which program that is.
// .NET's readers take a lock of the kind that master holds on that file, so it is read through the C library.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using TlsMgr.Control.Client;
using TlsMgr.Control.Setup;
using TlsMgr.Native.Libc;

namespace TlsMgr.Control.Doctor;

/// <summary>The processes of the installation: master(8), and the daemon that it started.</summary>
internal sealed class RunningService
{
    private const string Deleted = " (deleted)";
    private const uint Root = 0;
    private const int MaximumBytes = 4096;

    private RunningService(bool isMasterRunning, int? processId, string? program)
    {
        IsMasterRunning = isMasterRunning;
        ProcessId = processId;
        Program = program;
    }

    /// <summary>Whether master(8) runs, as far as this user can see.</summary>
    internal bool IsMasterRunning { get; }

    /// <summary>The process id of the daemon; null when none runs, or this user may not see it.</summary>
    internal int? ProcessId { get; }

    /// <summary>The program file of the daemon, with <c>(deleted)</c> behind it when it was replaced.</summary>
    internal string? Program { get; }

    /// <summary>The path of the daemon's program.</summary>
    internal string? ProgramPath => IsProgramGone ? Program![..^Deleted.Length] : Program;

    /// <summary>Whether the file of the running program was removed or replaced.</summary>
    internal bool IsProgramGone => Program?.EndsWith(Deleted, StringComparison.Ordinal) ?? false;

    /// <summary>Finds the processes.</summary>
    internal static RunningService Find(Installation installation)
    {
        string file = PidFile(installation);
        string text = ReadText(file).Trim();
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int master) || !IsLocked(file))
        {
            bool isHidden = text.Length == 0 && UserIdentity.EffectiveUserId != Root;
            return new RunningService(isMasterRunning: isHidden, null, null);
        }

        int? process = FindChildren(master, installation.ServiceName).Cast<int?>().FirstOrDefault();
        return new RunningService(
            isMasterRunning: true, process, process is { } id ? LinkTarget($"/proc/{id}/exe") : null);
    }

    /// <summary>
    /// Checks that the daemon is a program of daemon_directory, as it is on disk now, and that no other one serves:
    /// after a reload, the one before can still do that.
    /// </summary>
    /// <exception cref="NoReplyException">It is not so, or this user may not see it.</exception>
    internal static void RequireProgram(Installation installation, string name)
    {
        string path = $"{installation.Postfix.DaemonDirectory}/{name}";
        string text = ReadText(PidFile(installation)).Trim();
        int[] processes = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int master)
            ? [.. FindChildren(master, installation.ServiceName)]
            : [];
        foreach (int id in processes)
        {
            string program = LinkTarget($"/proc/{id}/exe")
                ?? throw new NoReplyException($"process {id} cannot be examined: root can");
            if (FileStatus.OfPath(path, out FileStatus configured) < 0
                || FileStatus.OfPath($"/proc/{id}/exe", out FileStatus running) < 0
                || running.Identity != configured.Identity)
            {
                throw new NoReplyException($"process {id} still runs {program}, not {path}");
            }
        }

        if (processes.Length == 0)
        {
            throw new NoReplyException($"no process of master(8) runs as {installation.ServiceName}");
        }
    }

    private static string PidFile(Installation installation) =>
        $"{installation.Postfix.QueueDirectory}/pid/master.pid";

    /// <summary>
    /// Whether a process holds a lock on a file, as master(8) does on its pid file; true when that cannot be seen. No
    /// lock is tried, so that a master that starts now is not disturbed.
    /// </summary>
    private static bool IsLocked(string file)
    {
        if (FileStatus.OfPath(file, out FileStatus status) < 0)
        {
            return false;
        }

        // Some file systems show another device there than stat(2) does.
        string inode = string.Create(CultureInfo.InvariantCulture, $":{status.Identity.Inode} ");
        try
        {
            return File.ReadLines("/proc/locks").Any(line => line.Contains(inode, StringComparison.Ordinal));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    private static IEnumerable<int> FindChildren(int master, string service)
    {
        if (DirectoryListing.Read("/proc", int.MaxValue, out List<string> names) < 0)
        {
            yield break;
        }

        foreach (string name in names)
        {
            if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int id)
                && ParentOf(id) == master && IsService(id, service))
            {
                yield return id;
            }
        }
    }

    // master(8) adds -n NAME when the program has another name than the service.
    private static bool IsService(int id, string service)
    {
        string[] words = ReadText($"/proc/{id}/cmdline").Split('\0');
        int option = Array.IndexOf(words, "-n");
        return option >= 0 && option + 1 < words.Length ? words[option + 1] == service : words[0] == service;
    }

    private static int? ParentOf(int id)
    {
        // PID (NAME) STATE PARENT; a name may hold anything.
        string status = ReadText($"/proc/{id}/stat");
        string[] fields = status[(status.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 1 && int.TryParse(fields[1], CultureInfo.InvariantCulture, out int parent)
            ? parent
            : null;
    }

    /// <summary>The beginning of a file; empty when it is another user's, or its process has exited.</summary>
    private static string ReadText(string path)
    {
        int file = FileDescriptor.Open(path, OpenFlags.ReadOnly | OpenFlags.NonBlocking | OpenFlags.CloseOnExec);
        if (file < 0)
        {
            return "";
        }

        Span<byte> buffer = stackalloc byte[MaximumBytes];
        int length = FileDescriptor.Read(file, buffer);
        FileDescriptor.Close(file);
        return Encoding.UTF8.GetString(buffer[..int.Max(length, 0)]);
    }

    private static string? LinkTarget(string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
