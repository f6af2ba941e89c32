// The examination of a complete LMDB file in short steps, between which a daemon serves. The pages of a tree lie
// anywhere in the file: a disk would seek for each. A large file of which the walk waits for the disk is therefore read
// once from its beginning to its end, which brings it into the page cache, before the walk goes on.

using System;
using TlsMgr.Native.Libc;

namespace TlsMgr.Native.Lmdb;

/// <summary>Examines an open file, locked against changes by other processes, step by step.</summary>
public sealed class LmdbExamination
{
    private const int PartBytes = 64 * 1024;

    // Below this the order of reads is of no account.
    private const long ReadAheadFromBytes = 1024 * 1024;

    // A page in memory is read and checked in one or two microseconds; a disk takes longer than this.
    private const double SlowMicroseconds = 40;

    // So many slow steps among these show that it is the disk, and not another process that took the processor.
    private const int ObservedSteps = 64;
    private const int MostSlowSteps = 8;

    private readonly int _descriptor;
    private readonly byte[] _part = new byte[PartBytes];
    private readonly LmdbPages? _pages;
    private readonly LmdbWalk? _walk;
    private readonly long _fileBytes;
    private readonly TimeProvider _clock;
    private long _readAheadBytes;
    private bool _mayReadAhead;
    private int _steps;
    private int _slowSteps;

    /// <summary>Reads the meta pages.</summary>
    /// <param name="descriptor">The file, open for reading; its position is left alone.</param>
    /// <param name="skipsLeaves">
    /// Whether the leaf pages of the databases are known to be sound, and are not read; nor is what they refer to.
    /// </param>
    /// <param name="clock">The monotonic clock; null for that of the system.</param>
    public LmdbExamination(int descriptor, bool skipsLeaves = false, TimeProvider? clock = null)
    {
        _clock = clock ?? TimeProvider.System;
        _descriptor = descriptor;
        Kind = LmdbFile.ReadMeta(descriptor, out LmdbMeta meta, out _fileBytes);
        if (Kind == LmdbFileKind.Ours)
        {
            PageBytes = meta.PageBytes;
            _pages = new LmdbPages(descriptor, meta, _fileBytes);
            _walk = new LmdbWalk(_pages, meta, _part, skipsLeaves);
            _readAheadBytes = _fileBytes;
            _mayReadAhead = _fileBytes >= ReadAheadFromBytes;
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

        long start = _clock.GetTimestamp();
        bool isSound = _walk.Step();
        Observe(_clock.GetElapsedTime(start).TotalMicroseconds);
        if (!isSound)
        {
            Kind = _pages!.Fault;
        }
        else if (_walk.IsComplete && !_pages!.HasAllBehindEnd)
        {
            Kind = LmdbFileKind.Damaged;
        }

        return Kind == LmdbFileKind.Ours && !_walk.IsComplete;
    }

    /// <summary>Begins to read ahead, once for a file, when its pages are not in memory.</summary>
    private void Observe(double microseconds)
    {
        _slowSteps += microseconds > SlowMicroseconds ? 1 : 0;
        if (_mayReadAhead && _slowSteps == MostSlowSteps)
        {
            _mayReadAhead = false;
            _readAheadBytes = 0;
        }

        if (++_steps == ObservedSteps)
        {
            _steps = 0;
            _slowSteps = 0;
        }
    }
}
