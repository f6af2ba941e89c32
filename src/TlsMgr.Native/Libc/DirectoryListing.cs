// The names in a directory: opendir(3), readdir(3).

using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Text;

namespace TlsMgr.Native.Libc;

/// <summary>Lists directories.</summary>
public static unsafe class DirectoryListing
{
    /// <summary>
    /// Reads the names in a directory, without <c>.</c> and <c>..</c>, in no order. Returns 0, or the negative of an
    /// <see cref="Errno"/>.
    /// </summary>
    /// <param name="path">The directory, as UTF-8.</param>
    /// <param name="maximum">The most names to read; the rest is left out.</param>
    /// <param name="names">The names.</param>
    public static int Read(string path, int maximum, out List<string> names)
    {
        names = [];
        nint directory;
        fixed (byte* bytes = NativePath.Encode(path))
        {
            directory = NativeMethods.OpenDirectory(bytes);
        }

        if (directory == 0)
        {
            return -Marshal.GetLastPInvokeError();
        }

        int result = ReadNames(directory, maximum, names);
        _ = NativeMethods.CloseDirectory(directory);
        return result;
    }

    private static int ReadNames(nint directory, int maximum, List<string> names)
    {
        // The end and an error differ in errno alone, which a call sets to 0 beforehand.
        DirectoryEntry* entry;
        while ((entry = NativeMethods.ReadDirectory(directory)) != null)
        {
            if (names.Count == maximum)
            {
                return 0;
            }

            string name = Encoding.UTF8.GetString(
                MemoryMarshal.CreateReadOnlySpanFromNullTerminated((byte*)entry + DirectoryEntry.NameOffset));
            if (name is not ("." or ".."))
            {
                names.Add(name);
            }
        }

        return -Marshal.GetLastPInvokeError();
    }
}
