using System;
using System.Buffers.Text;
using System.Text;
using TlsMgr.Native.Libc;

namespace TlsMgr.Postfix.Config;

/// <summary>
/// A release of Postfix, such as 3.7.11; a suffix (<c>-RC1</c>, <c>-20240101</c>) is ignored. The release of the
/// installed Postfix decides which wire formats its clients expect.
/// </summary>
/// <param name="Major">The first number, 0 and more.</param>
/// <param name="Minor">The second number, 0 and more.</param>
/// <param name="Patch">The third number, 0 and more; 0 when it is absent.</param>
public readonly record struct MailVersion(int Major, int Minor, int Patch)
{
    private const int ChunkBytes = 64 * 1024;

    // The longest text read after the marker: three numbers and a suffix.
    private const int VersionBytes = 40;

    // Postfix's first release with a tlsmgr of its own was 2.2.
    private const int FirstMajor = 2;

    /// <summary>The fallback when the release is unknown: the newest supported one, with a greeting.</summary>
    public static MailVersion Newest { get; } = new(3, 12, 0);

    /// <summary>Whether a daemon of this release sends a protocol announcement first: 3.6 and later.</summary>
    public bool AnnouncesProtocol => IsAtLeast(3, 6);

    /// <summary>Whether fingerprints of certificates may be made by sha256 by default: 3.6 and later.</summary>
    public bool HasSha256Fingerprints => IsAtLeast(3, 6);

    /// <summary>Whether clients expect ticket keys of 88 bytes (3.0 and later) instead of 56.</summary>
    public bool HasLongTicketKeys => IsAtLeast(3, 0);

    /// <summary>Whether the parameter default_cache_db_type exists: 3.11 and later.</summary>
    public bool HasDefaultCacheType => IsAtLeast(3, 11);

    private static ReadOnlySpan<byte> Marker => "mail_version="u8;

    /// <summary>Parses <c>major.minor</c> or <c>major.minor.patch</c>, with or without a suffix.</summary>
    public static bool TryParse(string text, out MailVersion version) =>
        TryParse(Encoding.UTF8.GetBytes(text), out version);

    /// <summary>
    /// Searches a file for the text <c>mail_version=X.Y.Z</c>, which Postfix executables contain, except those of
    /// Debian's 3.11.
    /// </summary>
    /// <param name="path">The executable file; for the parent process <c>/proc/PPID/exe</c>.</param>
    /// <param name="reason">Why no version was found; empty when one was found.</param>
    /// <returns>The version; null when the file cannot be read or does not contain one.</returns>
    public static MailVersion? FindInExecutable(string path, out string reason)
    {
        int descriptor = FileDescriptor.Open(path, OpenFlags.ReadOnly | OpenFlags.CloseOnExec);
        if (descriptor < 0)
        {
            reason = $"open {path}: {Errno.Describe(descriptor)}";
            return null;
        }

        MailVersion? version = FindInStream(descriptor, FindMarked);
        FileDescriptor.Close(descriptor);
        reason = version is null ? $"{path} holds no mail_version" : "";
        return version;
    }

    /// <summary>
    /// Searches a master(8) for a release: the marked text, or else a number between two NULs, as in Debian's 3.11:
    /// <c>3.11.7</c>, <c>3.12-20260821</c>.
    /// </summary>
    /// <param name="path">The executable file.</param>
    /// <returns>The version; null when the file cannot be read or does not contain one.</returns>
    public static MailVersion? FindInMaster(string path)
    {
        if (FindInExecutable(path, out _) is { } marked)
        {
            return marked;
        }

        int descriptor = FileDescriptor.Open(path, OpenFlags.ReadOnly | OpenFlags.CloseOnExec);
        if (descriptor < 0)
        {
            return null;
        }

        MailVersion? version = FindInStream(descriptor, FindBare);
        FileDescriptor.Close(descriptor);
        return version;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Major}.{Minor}.{Patch}";

    private bool IsAtLeast(int major, int minor) => (Major, Minor).CompareTo((major, minor)) >= 0;

    private delegate MailVersion? Search(ReadOnlySpan<byte> bytes, int startLimit);

    private static MailVersion? FindInStream(int descriptor, Search search)
    {
        byte[] buffer = new byte[ChunkBytes];
        int bufferedBytes = 0;
        int count;
        do
        {
            count = FileDescriptor.Read(descriptor, buffer.AsSpan(bufferedBytes));
            bufferedBytes += int.Max(count, 0);

            // The end of every chunk but the last may be the beginning of a match: it is kept for the next search.
            int keptBytes = count > 0 ? int.Min(bufferedBytes, Marker.Length + VersionBytes) : 0;
            if (search(buffer.AsSpan(0, bufferedBytes), bufferedBytes - keptBytes) is MailVersion version)
            {
                return version;
            }

            buffer.AsSpan(bufferedBytes - keptBytes, keptBytes).CopyTo(buffer);
            bufferedBytes = keptBytes;
        }
        while (count > 0);

        return null;
    }

    private static MailVersion? FindBare(ReadOnlySpan<byte> bytes, int startLimit)
    {
        int start = 0;
        int found;
        while ((found = bytes[start..].IndexOf((byte)0)) >= 0 && start + found < startLimit)
        {
            start += found + 1;
            ReadOnlySpan<byte> text = bytes[start..int.Min(start + VersionBytes, bytes.Length)];
            int end = text.IndexOf((byte)0);
            if (end > 0 && IsBare(text[..end], out MailVersion version))
            {
                return version;
            }
        }

        return null;
    }

    /// <summary>Two numbers, and a third or a suffix behind them, as no other text in master(8) has them.</summary>
    private static bool IsBare(ReadOnlySpan<byte> text, out MailVersion version) =>
        TryParse(text, out version) && version.Major >= FirstMajor
        && (text.Count((byte)'.') >= 2 || text.Contains((byte)'-'));

    private static MailVersion? FindMarked(ReadOnlySpan<byte> bytes, int startLimit)
    {
        int start = 0;
        int found;
        while ((found = bytes[start..].IndexOf(Marker)) >= 0 && start + found < startLimit)
        {
            start += found + Marker.Length;
            ReadOnlySpan<byte> text = bytes[start..int.Min(start + VersionBytes, bytes.Length)];
            if (TryParse(text, out MailVersion version))
            {
                return version;
            }
        }

        return null;
    }

    private static bool TryParse(ReadOnlySpan<byte> text, out MailVersion version)
    {
        version = default;
        if (!TakeNumber(ref text, out int major) || !TakeDot(ref text) || !TakeNumber(ref text, out int minor))
        {
            return false;
        }

        int patch = 0;
        bool isComplete = !TakeDot(ref text) || TakeNumber(ref text, out patch);
        version = new MailVersion(major, minor, patch);
        return isComplete;
    }

    private static bool TakeDot(ref ReadOnlySpan<byte> text)
    {
        bool isDot = !text.IsEmpty && text[0] == '.';
        text = isDot ? text[1..] : text;
        return isDot;
    }

    private static bool TakeNumber(ref ReadOnlySpan<byte> text, out int number)
    {
        bool isNumber = Utf8Parser.TryParse(text, out number, out int consumed) && number >= 0
            && char.IsAsciiDigit((char)text[0]);
        text = text[consumed..];
        return isNumber;
    }
}
