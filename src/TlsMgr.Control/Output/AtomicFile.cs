using System;
using System.IO;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control.Output;

/// <summary>A file that is replaced as a whole: its readers see the old text or the new one.</summary>
internal static class AtomicFile
{
    private const UnixFileMode ReadableByAll =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Writes a text to FILE.new, and renames that.</summary>
    /// <exception cref="FatalException"><c>write FILE: REASON</c>; the old file stays.</exception>
    internal static void Write(string path, string text)
    {
        string fresh = path + ".new";
        try
        {
            File.WriteAllText(fresh, text);

            // For the collector, which is not root.
            File.SetUnixFileMode(fresh, ReadableByAll);
            File.Move(fresh, path, overwrite: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new FatalException($"write {path}: {fault.Message}");
        }
    }
}
