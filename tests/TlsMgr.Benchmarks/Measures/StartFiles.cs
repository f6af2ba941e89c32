using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace TlsMgr.Benchmarks.Measures;

/// <summary>The cache files of a stopped daemon, and their pages in the page cache.</summary>
internal sealed partial class StartFiles(IEnumerable<string> paths)
{
    private const int PartBytes = 64 * 1024;

    // POSIX_FADV_DONTNEED: pages that are written to disk leave the page cache.
    private const int DoNotNeed = 4;

    private readonly string[] _paths = [.. paths];

    /// <summary>The size of all files, in bytes.</summary>
    internal long SizeBytes => _paths.Sum(static path => new FileInfo(path).Length);

    /// <summary>Reads all files from their beginnings to their ends, in parts of 64 KiB.</summary>
    internal void Read()
    {
        byte[] part = new byte[PartBytes];
        foreach (string path in _paths)
        {
            using SafeFileHandle file = File.OpenHandle(path);
            for (long offset = 0; RandomAccess.Read(file, part, offset) is > 0 and int count; offset += count)
            {
            }
        }
    }

    /// <summary>Removes their pages from the page cache; other files keep theirs.</summary>
    /// <exception cref="BenchmarkException">The system refuses.</exception>
    internal void Drop()
    {
        foreach (string path in _paths)
        {
            using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
            RandomAccess.FlushToDisk(file);
            int fault = Advise((int)file.DangerousGetHandle(), 0, 0, DoNotNeed);
            if (fault != 0)
            {
                throw new BenchmarkException($"posix_fadvise: error {fault}");
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "posix_fadvise64")]
    private static partial int Advise(int file, long offset, long lengthBytes, int advice);
}
