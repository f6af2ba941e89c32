// The memory limit of the control group (cgroups(7)) that this process is in: the smallest of its group's and those of
// the groups above, as far as they are mounted. Version 2 has memory.max, version 1 memory.limit_in_bytes. In the jail
// neither /proc nor /sys exists.

using System;
using System.Globalization;
using System.Linq;
using System.Text;

namespace TlsMgr.Native.Libc;

/// <summary>The control group of this process.</summary>
public static class ControlGroup
{
    private const int MaximumFileBytes = 256 * 1024;
    private const int MountRoot = 3;
    private const int MountPoint = 4;

    /// <summary>
    /// Reads the memory limit in bytes; <see cref="long.MaxValue"/> when there is none or it cannot be read.
    /// </summary>
    /// <param name="root">The directory that holds <c>proc</c> and the mount points; empty for the root.</param>
    public static long ReadMemoryLimit(string root = "")
    {
        string groups = ReadText($"{root}/proc/self/cgroup");
        string mounts = ReadText($"{root}/proc/self/mountinfo");
        long limit = long.MaxValue;
        foreach (string mount in mounts.Split('\n'))
        {
            int separator = mount.IndexOf(" - ", StringComparison.Ordinal);
            string[] fields = mount[..int.Max(separator, 0)].Split(' ');
            if (fields.Length <= MountPoint)
            {
                continue;
            }

            string[] kind = mount[(separator + 3)..].Split(' ');
            bool isUnified = kind[0] == "cgroup2";
            if (isUnified || (kind[0] == "cgroup" && kind[^1].Split(',').Contains("memory")))
            {
                string? group = FindGroup(groups, isUnified ? "" : "memory");
                string name = isUnified ? "memory.max" : "memory.limit_in_bytes";
                limit = long.Min(limit, SmallestLimit(
                    root + Unescape(fields[MountPoint]), Below(group, Unescape(fields[MountRoot])), name));
            }
        }

        return limit;
    }

    /// <summary>The path of the group in the hierarchy of a controller, the unified one for an empty name.</summary>
    private static string? FindGroup(string groups, string controller)
    {
        foreach (string line in groups.Split('\n'))
        {
            string[] fields = line.Split(':', 3);
            if (fields.Length == 3 && fields[1].Split(',').Contains(controller))
            {
                return fields[2];
            }
        }

        return null;
    }

    /// <summary>
    /// The path of the group below the group that is mounted; empty, for the mounted group itself, when it is outside.
    /// </summary>
    private static string Below(string? group, string mounted)
    {
        string prefix = mounted.TrimEnd('/') + "/";
        return group is not null && group.StartsWith(prefix, StringComparison.Ordinal)
            && !group.Split('/').Contains("..")
            ? "/" + group[prefix.Length..]
            : "";
    }

    /// <summary>The smallest limit of a group and the groups above it, up to the mount point.</summary>
    private static long SmallestLimit(string mountPoint, string group, string name)
    {
        long limit = long.MaxValue;
        string path = group.TrimEnd('/');
        while (true)
        {
            if (long.TryParse(
                ReadText($"{mountPoint}{path}/{name}").TrimEnd('\n'), NumberStyles.None, CultureInfo.InvariantCulture,
                out long value))
            {
                limit = long.Min(limit, value);
            }

            if (path.Length == 0)
            {
                return limit;
            }

            path = path[..path.LastIndexOf('/')];
        }
    }

    /// <summary>The path without the octal escapes of mountinfo (proc(5)): spaces and line ends.</summary>
    private static string Unescape(string path) =>
        path.Replace("\\040", " ").Replace("\\011", "\t").Replace("\\012", "\n").Replace("\\134", "\\");

    /// <summary>The beginning of a file; empty when it cannot be read.</summary>
    private static string ReadText(string path)
    {
        int descriptor = FileDescriptor.Open(path, OpenFlags.ReadOnly | OpenFlags.CloseOnExec);
        if (descriptor < 0)
        {
            return string.Empty;
        }

        StringBuilder text = new();
        Span<byte> chunk = stackalloc byte[1024];
        int count;
        while ((count = FileDescriptor.Read(descriptor, chunk)) > 0 && text.Length < MaximumFileBytes)
        {
            text.Append(Encoding.Latin1.GetString(chunk[..count]));
        }

        FileDescriptor.Close(descriptor);
        return text.ToString();
    }
}
