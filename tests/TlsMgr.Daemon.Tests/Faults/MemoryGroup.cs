using System;
using System.Globalization;
using System.IO;
using System.Threading;

namespace TlsMgr.Daemon.Tests.Faults;

/// <summary>
/// A control group with a memory limit, and a group without one below it, which a process enters. Of version 1, whose
/// groups this test may make wherever it is mounted; null where it is not, or not writable, as in a container.
/// </summary>
internal sealed class MemoryGroup : IDisposable
{
    private const string Mount = "/sys/fs/cgroup/memory";
    private const int RemoveAttempts = 100;

    private readonly string _path;

    private MemoryGroup(string path) => _path = path;

    /// <summary>The shell command that moves its process into the group.</summary>
    internal string Enter => $"echo $$ > '{_path}/inner/cgroup.procs'";

    /// <summary>The memory that the group's processes use, with that of the kernel for them.</summary>
    internal long UsedBytes =>
        long.Parse(File.ReadAllText($"{_path}/memory.usage_in_bytes"), CultureInfo.InvariantCulture);

    internal static MemoryGroup? TryCreate(long limitBytes)
    {
        if (!File.Exists($"{Mount}/memory.limit_in_bytes"))
        {
            return null;
        }

        try
        {
            string path = $"{Mount}/tlsmgr-test-{Environment.ProcessId}";
            Directory.CreateDirectory($"{path}/inner");
            File.WriteAllText($"{path}/memory.limit_in_bytes", limitBytes.ToString(CultureInfo.InvariantCulture));
            return new MemoryGroup(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Removes the groups, once the kernel has let go of the processes that have ended.</summary>
    public void Dispose()
    {
        for (int i = 0; i < RemoveAttempts && Directory.Exists(_path); i++)
        {
            try
            {
                if (Directory.Exists($"{_path}/inner"))
                {
                    Directory.Delete($"{_path}/inner");
                }

                Directory.Delete(_path);
            }
            catch (IOException)
            {
                Thread.Sleep(10);
            }
        }
    }
}
