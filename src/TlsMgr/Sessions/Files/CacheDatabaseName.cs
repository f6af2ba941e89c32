using System;
using TlsMgr.Native.Libc;

namespace TlsMgr.Sessions.Files;

/// <summary>A parsed database name of main.cf, TYPE:PATH. All supported types are stored in LMDB files.</summary>
/// <param name="Type">The part before the colon, or the default type.</param>
/// <param name="Path">The part after the colon.</param>
internal sealed record CacheDatabaseName(string Type, string Path)
{
    private const string FileSuffix = ".lmdb";

    /// <summary>Whether the type can hold a cache.</summary>
    internal bool IsSupported => Type is "btree" or "hash" or "lmdb" or "dbm" or "sdbm" or "cdb";

    /// <summary>The LMDB file of the cache.</summary>
    internal string FilePath => Path + FileSuffix;

    /// <summary>Parses a configured name; the type is empty when nothing precedes the colon.</summary>
    internal static CacheDatabaseName Parse(string text, string defaultType)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0
            ? new CacheDatabaseName(defaultType, text)
            : new CacheDatabaseName(text[..colon], text[(colon + 1)..]);
    }

    /// <summary>
    /// Whether two names refer to the same file, regardless of spelling: the same base name in the same directory. The
    /// file need not exist; a file that is a symbolic link is refused when it is opened.
    /// </summary>
    internal bool IsSameFile(CacheDatabaseName other)
    {
        if (!IsSupported || !other.IsSupported || !BaseName(FilePath).SequenceEqual(BaseName(other.FilePath)))
        {
            return false;
        }

        return FileStatus.OfPath(Directory(FilePath), out FileStatus mine) == 0
            && FileStatus.OfPath(Directory(other.FilePath), out FileStatus others) == 0
            ? mine.Identity == others.Identity
            : FilePath == other.FilePath;
    }

    /// <summary>TYPE:PATH.</summary>
    public override string ToString() => $"{Type}:{Path}";

    private static ReadOnlySpan<char> BaseName(string path) => path.AsSpan(path.LastIndexOf('/') + 1);

    private static string Directory(string path) => path[..(path.LastIndexOf('/') + 1)] is { Length: > 0 } directory
        ? directory
        : ".";
}
