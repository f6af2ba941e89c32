// The name of a cache's database, TYPE:PATH, and which file it means. Must never open that file.

using System;
using TlsMgr.Native.Libc;

namespace TlsMgr.Sessions.Files;

/// <summary>A database name of main.cf taken apart. All types that can hold a cache are kept in LMDB here.</summary>
/// <param name="Type">The word in front of the colon, or the default type.</param>
/// <param name="Path">What is behind it.</param>
internal sealed record CacheDatabaseName(string Type, string Path)
{
    private const string FileSuffix = ".lmdb";

    /// <summary>Whether a cache of this type can be kept at all.</summary>
    internal bool IsSupported => Type is "btree" or "hash" or "lmdb" or "dbm" or "sdbm" or "cdb";

    /// <summary>The file that holds the cache.</summary>
    internal string FilePath => Path + FileSuffix;

    /// <summary>Takes a configured text apart. The type is empty when there is nothing in front of the colon.</summary>
    internal static CacheDatabaseName Parse(string text, string defaultType)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0
            ? new CacheDatabaseName(defaultType, text)
            : new CacheDatabaseName(text[..colon], text[(colon + 1)..]);
    }

    /// <summary>
    /// Whether two names mean one file, however they are spelled: the same name in the same directory. The file itself
    /// need not exist; a symbolic link as its name is refused when it is opened.
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
