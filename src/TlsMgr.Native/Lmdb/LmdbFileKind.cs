// Results of the examination of a file.

namespace TlsMgr.Native.Lmdb;

/// <summary>What a file was found to be.</summary>
public enum LmdbFileKind
{
    /// <summary>It has no bytes, or is an LMDB file without any database.</summary>
    Empty,

    /// <summary>An LMDB file whose main database names the database that was asked for.</summary>
    Ours,

    /// <summary>A sound LMDB file without that database: made by another program, or by another version.</summary>
    Foreign,

    /// <summary>An LMDB file that lacks its end.</summary>
    CutShort,

    /// <summary>Not an LMDB file, or one that is damaged.</summary>
    Damaged,

    /// <summary>It could not be read.</summary>
    Unreadable,
}
