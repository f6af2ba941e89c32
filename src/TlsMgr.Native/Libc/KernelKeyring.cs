// The kernel's key retention service (keyrings(7)): memory of the kernel that outlives a process, but not the machine's
// uptime, and that no disk ever holds.
//
// A process that a service manager started has a private session keyring. Then a key that was added to the user keyring
// belongs to nobody who could read it or give it a time-out. A key that begins in the process keyring gets both there,
// and is linked into the user keyring afterwards.

using System;

namespace TlsMgr.Native.Libc;

/// <summary>
/// Keys in the user keyring of this process's user: of its real user id, in its user namespace. Calls return 0 or more,
/// or the negative of an <see cref="Errno"/>.
/// </summary>
public static unsafe class KernelKeyring
{
    /// <summary>KEY_SPEC_PROCESS_KEYRING.</summary>
    public const int ProcessKeyring = -2;

    /// <summary>KEY_SPEC_USER_KEYRING.</summary>
    public const int UserKeyring = -4;

    // All for the possessor; for the user: view, read, search and setattr.
    private const nint Permissions = 0x3f2b0000;

    private static ReadOnlySpan<byte> UserType => "user\0"u8;

    /// <summary>The operations of keyctl(2) that are used.</summary>
    public enum Operation
    {
        /// <summary>KEYCTL_SETPERM.</summary>
        SetPermissions = 5,

        /// <summary>KEYCTL_LINK.</summary>
        Link = 8,

        /// <summary>KEYCTL_UNLINK.</summary>
        Unlink = 9,

        /// <summary>KEYCTL_SEARCH.</summary>
        Search = 10,

        /// <summary>KEYCTL_READ.</summary>
        Read = 11,

        /// <summary>KEYCTL_SET_TIMEOUT.</summary>
        SetTimeout = 15,

        /// <summary>KEYCTL_INVALIDATE.</summary>
        Invalidate = 21,
    }

    /// <summary>Stores a key; it takes the place of one with the same description.</summary>
    /// <param name="description">The description, which ends with a zero byte.</param>
    /// <param name="payload">The payload, 1 to 32,767 bytes.</param>
    /// <param name="seconds">The time after which the kernel removes it, 1 or more.</param>
    public static int Store(ReadOnlySpan<byte> description, ReadOnlySpan<byte> payload, int seconds)
    {
        int key = Add(description, payload);
        if (key < 0)
        {
            return key;
        }

        int result = Control(Operation.SetPermissions, key, Permissions);
        result = result < 0 ? result : Control(Operation.SetTimeout, key, seconds);
        result = result < 0 ? result : Control(Operation.Link, key, UserKeyring);
        Control(Operation.Unlink, key, ProcessKeyring);
        return result;
    }

    /// <summary>Reads the key of a description.</summary>
    /// <param name="description">The description, which ends with a zero byte.</param>
    /// <param name="payload">Receives the payload; the rest of a longer one is left out.</param>
    /// <returns>The length of the payload, also when it is longer than the buffer.</returns>
    public static int Load(ReadOnlySpan<byte> description, Span<byte> payload)
    {
        int key = Search(description);
        if (key < 0)
        {
            return key;
        }

        fixed (byte* bytes = payload)
        {
            return Control(Operation.Read, key, (nint)bytes, payload.Length);
        }
    }

    /// <summary>Erases the key of a description at once.</summary>
    public static int Remove(ReadOnlySpan<byte> description)
    {
        int key = Search(description);
        return key < 0 ? key : Control(Operation.Invalidate, key);
    }

    private static int Add(ReadOnlySpan<byte> description, ReadOnlySpan<byte> payload)
    {
        fixed (byte* type = UserType, name = description, bytes = payload)
        {
            return Errno.Result(NativeMethods.SystemCall(
                MachineInterface.Current.AddKeyCall, (nint)type, (nint)name, (nint)bytes, payload.Length,
                ProcessKeyring));
        }
    }

    private static int Search(ReadOnlySpan<byte> description)
    {
        fixed (byte* type = UserType, name = description)
        {
            return Control(Operation.Search, UserKeyring, (nint)type, (nint)name);
        }
    }

    private static int Control(Operation operation, int key, nint second = 0, nint third = 0) => Errno.Result(
        NativeMethods.SystemCall(
            MachineInterface.Current.KeyControlCall, (nint)operation, key, second, third, 0));
}
