// Postfix gives each of its processes MAIL_CONFIG in the environment, which identifies the instance.
// Invariant: only that variable assigns a process to an instance, since the processes found here are killed.

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Text;

namespace TlsMgr.Rig.Observation;

/// <summary>Finds processes in /proc. A process that exits meanwhile is left out.</summary>
internal static class ProcessTable
{
    /// <summary>All processes of an instance, master(8) included.</summary>
    internal static List<int> OfInstance(PostfixInstance instance)
    {
        byte[] mark = Encoding.UTF8.GetBytes($"MAIL_CONFIG={instance.ConfigDirectory}\0");
        List<int> found = [];
        foreach (string directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out int pid)
                && Environment(directory).AsSpan().IndexOf(mark) >= 0)
            {
                found.Add(pid);
            }
        }

        return found;
    }

    /// <summary>The fields of /proc/PID/status; empty when the process is gone.</summary>
    internal static Dictionary<string, string> Status(int pid)
    {
        Dictionary<string, string> fields = [];
        try
        {
            foreach (string line in File.ReadLines($"/proc/{pid}/status"))
            {
                int colon = line.IndexOf(':', StringComparison.Ordinal);
                fields[line[..colon]] = line[(colon + 1)..].Trim();
            }
        }
        catch (IOException)
        {
            fields.Clear();
        }

        return fields;
    }

    /// <summary>Kills a process.</summary>
    internal static void Kill(int pid)
    {
        try
        {
            using Process process = Process.GetProcessById(pid);
            process.Kill();
        }
        catch (ArgumentException)
        {
            // It has exited already.
        }
    }

    // The environment of a zombie is empty, so zombies are left out.
    private static byte[] Environment(string directory)
    {
        try
        {
            return File.ReadAllBytes($"{directory}/environ");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
