// Reads small files while privileged. Invariant: only regular files are read, without waiting for anybody; the bytes of
// a file are erased when the caller disposes of it.

using System;
using System.Security.Cryptography;
using System.Text;
using TlsMgr.Native.Libc;

namespace TlsMgr.Pool.Settings;

/// <summary>The content of a file with a certificate, a key or a password.</summary>
internal sealed class SecretFile : IDisposable
{
    private const OpenFlags Flags =
        OpenFlags.ReadOnly | OpenFlags.CloseOnExec | OpenFlags.NonBlocking | OpenFlags.NoControllingTerminal;

    private readonly char[] _text;

    private SecretFile(char[] text, bool isOpenToOthers)
    {
        _text = text;
        IsOpenToOthers = isOpenToOthers;
    }

    /// <summary>The content.</summary>
    internal ReadOnlySpan<char> Text => _text;

    /// <summary>Whether users other than its owner have any right to it.</summary>
    internal bool IsOpenToOthers { get; }

    /// <summary>Reads a file. Returns the reason why it cannot be read, or null.</summary>
    internal static string? Read(string path, out SecretFile? file)
    {
        file = null;
        int descriptor = FileDescriptor.Open(path, Flags);
        if (descriptor < 0)
        {
            return Errno.Describe(descriptor);
        }

        byte[] bytes = GC.AllocateArray<byte>(SettingsLimits.FileBytes + 1, pinned: true);
        FileStatus.OfDescriptor(descriptor, out FileStatus status);
        int length = 0;
        int count = status.IsRegularFile ? 1 : 0;
        while (count > 0 && length < bytes.Length)
        {
            count = FileDescriptor.Read(descriptor, bytes.AsSpan(length));
            length += int.Max(count, 0);
        }

        FileDescriptor.Close(descriptor);
        string? fault = !status.IsRegularFile ? "not a regular file"
            : count < 0 ? Errno.Describe(count)
            : length > SettingsLimits.FileBytes ? "the file is too large"
            : null;
        if (fault is null)
        {
            char[] text = GC.AllocateArray<char>(Encoding.UTF8.GetMaxCharCount(length), pinned: true);
            int characters = Encoding.UTF8.GetChars(bytes.AsSpan(0, length), text);
            file = new SecretFile(text.Length == characters ? text : Shorten(text, characters), status.IsOpenToOthers);
        }

        CryptographicOperations.ZeroMemory(bytes);
        return fault;
    }

    public void Dispose() => Array.Clear(_text);

    private static char[] Shorten(char[] text, int length)
    {
        char[] exact = GC.AllocateArray<char>(length, pinned: true);
        text.AsSpan(0, length).CopyTo(exact);
        Array.Clear(text);
        return exact;
    }
}
