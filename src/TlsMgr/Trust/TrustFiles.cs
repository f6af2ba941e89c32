// Contents of files and directories, as hashes. All reading of one evaluation shares one budget of bytes and time:
// clients wait meanwhile. Invariant: only regular files and directories are opened; to open a device has effects.
//
// What a hash covers: "file" NUL content | "directory" NUL, then for each regular file that counts, in order of names:
// length of the name u32, name, size i64, hash of its content | "absent"                              little endian

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Security.Cryptography;
using System.Text;
using TlsMgr.Native.Libc;

namespace TlsMgr.Trust;

/// <summary>Reads what parameters name.</summary>
/// <param name="clock">Its monotonic clock.</param>
/// <param name="directory">What relative paths begin at: queue_directory, where Postfix's daemons work.</param>
internal sealed class TrustFiles(TimeProvider clock, string directory)
{
    private const int ChunkBytes = 64 * 1024;
    private const int StatusFailed = -1;

    private const OpenFlags Flags =
        OpenFlags.ReadOnly | OpenFlags.CloseOnExec | OpenFlags.NonBlocking | OpenFlags.NoControllingTerminal;

    private readonly long _start = clock.GetTimestamp();
    private readonly byte[] _chunk = new byte[ChunkBytes];
    private readonly Dictionary<(ulong Device, ulong Inode), byte[]> _known = [];
    private long _bytes;

    /// <summary>Why nothing more is read; null while the budget lasts.</summary>
    internal string? Exhausted =>
        _bytes > TrustLimits.MaximumBytes ? $"more than {TrustLimits.MaximumBytes / (1024 * 1024)} MiB would be read"
        : clock.GetElapsedTime(_start).TotalMilliseconds > TrustLimits.MaximumMilliseconds
            ? $"reading takes more than {TrustLimits.MaximumMilliseconds} ms"
            : null;

    /// <summary>The full path of a name in main.cf.</summary>
    internal string Resolve(string path) => path.StartsWith('/') ? path : $"{directory}/{path}";

    /// <summary>Whether there is something at a path.</summary>
    internal static bool Exists(string path) => FileStatus.OfPath(path, out _) >= 0;

    /// <summary>A file or directory by its full path. What is not there has no content, which is known.</summary>
    /// <param name="path">The path, which becomes the input's name.</param>
    /// <param name="paths">Is shown the content of a file; null for nobody.</param>
    /// <param name="counts">Which names of a directory count; null for all.</param>
    internal TrustInput Read(string path, NamedPaths? paths = null, Predicate<string>? counts = null)
    {
        int result = FileStatus.OfPath(path, out FileStatus status);
        if (result is -Errno.NoEntry or -Errno.NotDirectory)
        {
            return TrustInput.OfText(path, "absent");
        }

        if (result < 0)
        {
            return TrustInput.Unreadable(path, Errno.Describe(result));
        }

        byte[]? hash = null;
        string? doubt = status.IsDirectory ? ReadDirectory(path, counts, out hash)
            : status.IsRegularFile ? ReadFile(path, paths, out hash, out _)
            : "not a regular file";
        return hash is null ? TrustInput.Unreadable(path, doubt ?? "unknown") : new TrustInput(path, hash);
    }

    private string? ReadDirectory(string path, Predicate<string>? counts, out byte[]? hash)
    {
        hash = null;
        int result = DirectoryListing.Read(path, TrustLimits.DirectoryNames + 1, out List<string> names);
        if (result < 0 || names.Count > TrustLimits.DirectoryNames)
        {
            return result < 0 ? Errno.Describe(result) : $"more than {TrustLimits.DirectoryNames} names";
        }

        names.Sort(StringComparer.Ordinal);
        using IncrementalHash all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        all.AppendData("directory\0"u8);
        foreach (string name in names)
        {
            string file = $"{path}/{name}";
            if (counts?.Invoke(name) == false
                || FileStatus.OfPath(file, out FileStatus status) < 0 || !status.IsRegularFile)
            {
                // A link that leads nowhere, a directory: OpenSSL takes nothing from them.
                continue;
            }

            if (ReadFile(file, null, out byte[]? content, out long sizeBytes) is { } doubt)
            {
                return $"{name}: {doubt}";
            }

            Append(all, name, sizeBytes, content ?? []);
        }

        hash = all.GetHashAndReset();
        return null;
    }

    private string? ReadFile(string path, NamedPaths? paths, out byte[]? hash, out long sizeBytes)
    {
        hash = null;
        sizeBytes = StatusFailed;
        if (Exhausted is { } exhausted)
        {
            return exhausted;
        }

        int descriptor = FileDescriptor.Open(path, Flags);
        if (descriptor < 0)
        {
            return Errno.Describe(descriptor);
        }

        string? doubt = ReadOpen(descriptor, paths, out hash, out sizeBytes);
        FileDescriptor.Close(descriptor);
        return doubt;
    }

    private string? ReadOpen(int descriptor, NamedPaths? paths, out byte[]? hash, out long sizeBytes)
    {
        hash = null;
        int result = FileStatus.OfDescriptor(descriptor, out FileStatus status);
        sizeBytes = status.SizeBytes;
        if (result < 0 || !status.IsRegularFile)
        {
            return result < 0 ? Errno.Describe(result) : "not a regular file";
        }

        // /etc/ssl/certs names each certificate twice.
        if (paths is null && _known.TryGetValue(status.Identity, out hash))
        {
            return null;
        }

        using IncrementalHash content = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        content.AppendData("file\0"u8);
        int count;
        while ((count = FileDescriptor.Read(descriptor, _chunk)) > 0)
        {
            _bytes += count;
            if (Exhausted is { } exhausted)
            {
                return exhausted;
            }

            content.AppendData(_chunk, 0, count);
            paths?.Add(_chunk.AsSpan(0, count));
        }

        if (count < 0)
        {
            return Errno.Describe(count);
        }

        paths?.End();
        hash = content.GetHashAndReset();
        _known[status.Identity] = hash;
        return null;
    }

    private static void Append(IncrementalHash hash, string name, long sizeBytes, byte[] content)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(name);
        Span<byte> numbers = stackalloc byte[sizeof(uint) + sizeof(long)];
        BinaryPrimitives.WriteUInt32LittleEndian(numbers, (uint)bytes.Length);
        hash.AppendData(numbers[..sizeof(uint)]);
        hash.AppendData(bytes);
        BinaryPrimitives.WriteInt64LittleEndian(numbers, sizeBytes);
        hash.AppendData(numbers[..sizeof(long)]);
        hash.AppendData(content);
    }
}
