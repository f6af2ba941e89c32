// The examination of a complete LMDB file in short steps, between which a daemon serves. The pages of a tree lie
// anywhere in the file: a disk would seek for each. A large file is therefore read once from its beginning to its end,
// which brings it into the page cache, and then walked.

using TlsMgr.Native.Libc;

namespace TlsMgr.Native.Lmdb;

/// <summary>Examines an open file, locked against changes by other processes, step by step.</summary>
public sealed class LmdbExamination
{
    private const int PartBytes = 64 * 1024;

    // Below this the order of reads is of no account.
    private const long ReadAheadFromBytes = 1024 * 1024;

    private readonly int _descriptor;
    private readonly byte[] _part = new byte[PartBytes];
    private readonly LmdbPages? _pages;
    private readonly LmdbWalk? _walk;
    private readonly long _fileBytes;
    private long _readAheadBytes;

    /// <summary>Reads the meta pages.</summary>
    /// <param name="descriptor">The file, open for reading; its position is left alone.</param>
    public LmdbExamination(int descriptor)
    {
        _descriptor = descriptor;
        Kind = LmdbFile.ReadMeta(descriptor, out LmdbMeta meta, out _fileBytes);
        if (Kind == LmdbFileKind.Ours)
        {
            PageBytes = meta.PageBytes;
            _pages = new LmdbPages(descriptor, meta);
            _walk = new LmdbWalk(_pages, meta, _part);
            _readAheadBytes = _fileBytes < ReadAheadFromBytes ? _fileBytes : 0;
        }
    }

    /// <summary>
    /// What the file was found to be, once no step is left. <see cref="LmdbFileKind.Ours"/> means that LMDB can map and
    /// change it.
    /// </summary>
    public LmdbFileKind Kind { get; private set; }

    /// <summary>The size of the file's pages, in bytes; that of a new file where it is not known.</summary>
    public int PageBytes { get; } = LmdbPageSize.OfNewFiles;

    /// <summary>Reads on, at most 64 KiB. Returns whether there is more to do.</summary>
    public bool Step()
    {
        if (_walk is null || _walk.IsComplete || Kind != LmdbFileKind.Ours)
        {
            return false;
        }

        if (_readAheadBytes < _fileBytes)
        {
            // What cannot be read is a fault only where the walk needs it.
            FileDescriptor.ReadAt(_descriptor, _part, _readAheadBytes);
            _readAheadBytes += _part.Length;
            return true;
        }

        if (!_walk.Step())
        {
            Kind = _pages!.Fault;
        }
        else if (_walk.IsComplete && !_pages!.HasAllBehind(_fileBytes))
        {
            Kind = LmdbFileKind.Damaged;
        }

        return Kind == LmdbFileKind.Ours && !_walk.IsComplete;
    }
}
