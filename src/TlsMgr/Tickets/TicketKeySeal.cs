// The half of the secret of kept ticket keys that is on disk: 32 random bytes in data_directory. The other half, the
// sealed keys, is in the kernel's memory only: neither opens a ticket by itself.

using System;
using System.Security.Cryptography;
using TlsMgr.Native.Libc;

namespace TlsMgr.Tickets;

/// <summary>Seals and opens ticket keys with AES-256-GCM under the key of a file.</summary>
internal sealed class TicketKeySeal : IDisposable
{
    /// <summary>Bytes that a sealed text has more than its plain text: nonce and tag.</summary>
    internal const int OverheadBytes = NonceBytes + TagBytes;

    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const uint OwnerOnly = 0x180; // 0600
    private const OpenFlags Flags =
        OpenFlags.ReadWrite | OpenFlags.Create | OpenFlags.NoFollow | OpenFlags.NonBlocking | OpenFlags.CloseOnExec;

    private readonly LockedMemory _key = new(KeyBytes);

    private TicketKeySeal()
    {
    }

    /// <summary>
    /// Reads the key of a file, or makes one, as the effective user. A file that another user owns or may read is made
    /// anew.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="fault">Why there is no seal; empty when there is one.</param>
    /// <returns>The seal, or null.</returns>
    internal static TicketKeySeal? Open(string path, out string fault)
    {
        if (FileStatus.OfPath(path, out FileStatus status, followLinks: false) == 0 && !IsOurs(status)
            && FileStatus.IsDirectoryOursAlone(path))
        {
            FileDescriptor.Unlink(path);
        }

        int descriptor = FileDescriptor.Open(path, Flags, OwnerOnly);
        if (descriptor < 0)
        {
            fault = $"open {path}: {Errno.Describe(descriptor)}";
            return null;
        }

        TicketKeySeal seal = new();
        int result = FileStatus.OfDescriptor(descriptor, out status);
        bool isOurs = result == 0 && IsOurs(status);
        result = isOurs ? seal.ReadOrMake(descriptor, status.SizeBytes) : result;
        FileDescriptor.Close(descriptor);
        fault = result < 0 ? $"{path}: {Errno.Describe(result)}"
            : !isOurs ? $"{path}: it is not a file of this user alone"
            : !AesGcm.IsSupported ? "OpenSSL has no AES-256-GCM"
            : "";
        if (fault.Length == 0)
        {
            // Loads what the jail does not contain.
            seal.Seal("x"u8, default, stackalloc byte[1 + OverheadBytes]);
            return seal;
        }

        seal.Dispose();
        return null;
    }

    /// <summary>Seals a text under a new nonce.</summary>
    /// <param name="text">The text.</param>
    /// <param name="context">What must be the same when it is opened.</param>
    /// <param name="destination">Receives nonce, sealed text and tag.</param>
    /// <exception cref="CryptographicException">There are no random numbers.</exception>
    internal void Seal(ReadOnlySpan<byte> text, ReadOnlySpan<byte> context, Span<byte> destination)
    {
        Span<byte> nonce = destination[..NonceBytes];
        if (!KernelRandom.TryFill(nonce))
        {
            throw new CryptographicException("no random bytes");
        }

        using AesGcm cipher = new(_key.Span, TagBytes);
        cipher.Encrypt(nonce, text, destination[NonceBytes..^TagBytes], destination[^TagBytes..], context);
    }

    /// <summary>Opens a sealed text.</summary>
    /// <param name="sealedText">Nonce, sealed text and tag.</param>
    /// <param name="context">The context with which it was sealed.</param>
    /// <param name="text">Receives the text; cleared when the result is false.</param>
    /// <returns>Whether it was sealed under this key and with this context, and has the length of the text.</returns>
    internal bool TryOpen(ReadOnlySpan<byte> sealedText, ReadOnlySpan<byte> context, Span<byte> text)
    {
        if (sealedText.Length == text.Length + OverheadBytes)
        {
            try
            {
                using AesGcm cipher = new(_key.Span, TagBytes);
                cipher.Decrypt(
                    sealedText[..NonceBytes], sealedText[NonceBytes..^TagBytes], sealedText[^TagBytes..], text,
                    context);
                return true;
            }
            catch (AuthenticationTagMismatchException)
            {
                // Another configuration, another instance's, or damaged.
            }
        }

        text.Clear();
        return false;
    }

    /// <summary>Erases the key.</summary>
    public void Dispose() => _key.Dispose();

    private static bool IsOurs(FileStatus status) => status.IsRegularFile && status.Links == 1
        && status.Owner == UserIdentity.EffectiveUserId && !status.IsOpenToOthers;

    private int ReadOrMake(int descriptor, long sizeBytes)
    {
        if (sizeBytes == KeyBytes && FileDescriptor.ReadAt(descriptor, _key.Span, 0) == KeyBytes
            && _key.Span.ContainsAnyExcept((byte)0))
        {
            return 0;
        }

        if (!KernelRandom.TryFill(_key.Span))
        {
            return -Errno.InputOutput;
        }

        int result = FileDescriptor.Truncate(descriptor, 0);
        result = result < 0 ? result : FileDescriptor.WriteAt(descriptor, _key.Span, 0);
        return result < 0 || result == KeyBytes ? result : -Errno.NoSpace;
    }
}
