using System;
using System.Globalization;
using System.IO;
using TlsMgr.Native.Libc;

namespace TlsMgr.Sessions.Files;

/// <summary>The process that holds the lock of a cache file.</summary>
/// <param name="ProcessId">Its id; 0 when unknown.</param>
/// <param name="Instance">The queue directory of its Postfix; empty when unknown.</param>
internal readonly record struct CacheHolder(int ProcessId, string Instance)
{
    private const int Init = 1;

    /// <summary>
    /// Finds out who holds the lock: a tlsmgr of this project by what it wrote into the file, any other program by the
    /// kernel.
    /// </summary>
    internal static CacheHolder Find(int descriptor)
    {
        int processId = FileLock.FindHolder(descriptor);
        return processId > 0 ? new CacheHolder(processId, "") : CacheState.ReadHolder(descriptor);
    }

    /// <summary>
    /// Whether it may be the previous process of an instance, which is exiting: of the same queue, or a child of
    /// the same master(8) or of one that has exited.
    /// </summary>
    internal bool MayBeLeaving(string instance) => Instance.Length > 0
        ? Instance == CacheState.Shorten(instance)
        : FindParent(ProcessId) is not { } parent || parent is Init || parent == ProcessControl.ParentProcessId;

    /// <summary>The end of a log line; empty when nothing is known.</summary>
    internal string Describe()
    {
        string instance = Instance.Length > 0 ? $" of the Postfix instance at {Instance}" : "";
        return ProcessId > 0
            ? string.Create(CultureInfo.InvariantCulture, $" -- it is held by process {ProcessId}{instance}")
            : "";
    }

    private static int? FindParent(int processId)
    {
        if (processId <= 0)
        {
            return null;
        }

        try
        {
            // PID (NAME) STATE PARENT; a name may hold anything.
            string status = File.ReadAllText(
                string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/stat"));
            string[] fields = status[(status.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return fields.Length > 1 && int.TryParse(fields[1], CultureInfo.InvariantCulture, out int parent)
                ? parent
                : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
