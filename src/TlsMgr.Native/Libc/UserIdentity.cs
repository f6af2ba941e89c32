// Users, effective and real ids, chroot. Calls return zero or more, or the negative of an Errno. The C library applies
// each change of an id to every thread of the process (setuid(2)).

namespace TlsMgr.Native.Libc;

/// <summary>Users, ids and the root directory of this process.</summary>
public static unsafe class UserIdentity
{
    /// <summary>The highest user id; above it, getuid(2) returned the negative of an <see cref="Errno"/>.</summary>
    public const uint HighestId = uint.MaxValue - 4096;

    private const int EntryBufferBytes = 16384;

    /// <summary>The real user id of this process.</summary>
    public static uint UserId => NativeMethods.GetUserId();

    /// <summary>The effective user id of this process.</summary>
    public static uint EffectiveUserId => NativeMethods.GetEffectiveUserId();

    /// <summary>
    /// Finds a user by name (getpwnam_r(3)); null when there is none, or when the user database cannot be read.
    /// </summary>
    public static UserAccount? FindUser(string name)
    {
        PasswordEntry entry = default;
        PasswordEntry* found = null;
        byte[] buffer = new byte[EntryBufferBytes];
        fixed (byte* nameBytes = NativePath.Encode(name))
        fixed (byte* strings = buffer)
        {
            int error = NativeMethods.GetPasswordEntry(nameBytes, &entry, strings, EntryBufferBytes, &found);
            return error == 0 && found != null ? new UserAccount(name, entry.UserId, entry.GroupId) : null;
        }
    }

    /// <summary>Sets the effective user id (seteuid(2)).</summary>
    public static int SetEffectiveUserId(uint user) => Errno.Result(NativeMethods.SetEffectiveUserId(user));

    /// <summary>Sets the effective group id (setegid(2)).</summary>
    public static int SetEffectiveGroupId(uint group) => Errno.Result(NativeMethods.SetEffectiveGroupId(group));

    /// <summary>Sets the supplementary groups to a single group (setgroups(2)).</summary>
    public static int SetOnlyGroup(uint group) => Errno.Result(NativeMethods.SetGroups(1, &group));

    /// <summary>Sets the real, effective and saved user id, permanently when privileged (setuid(2)).</summary>
    public static int SetUserId(uint user) => Errno.Result(NativeMethods.SetUserId(user));

    /// <summary>Sets the real, effective and saved group id, permanently when privileged (setgid(2)).</summary>
    public static int SetGroupId(uint group) => Errno.Result(NativeMethods.SetGroupId(group));

    /// <summary>Sets the supplementary groups of a user (initgroups(3)). Reads the system's group file.</summary>
    public static int InitializeGroups(UserAccount user)
    {
        fixed (byte* name = NativePath.Encode(user.Name))
        {
            return Errno.Result(NativeMethods.InitializeGroups(name, user.GroupId));
        }
    }

    /// <summary>
    /// Makes a directory the root directory (chroot(2)); requires privileges, and a chdir afterwards.
    /// </summary>
    public static int ChangeRoot(string path)
    {
        fixed (byte* bytes = NativePath.Encode(path))
        {
            return Errno.Result(NativeMethods.ChangeRoot(bytes));
        }
    }

    /// <summary>Changes the working directory (chdir(2)).</summary>
    public static int ChangeDirectory(string path)
    {
        fixed (byte* bytes = NativePath.Encode(path))
        {
            return Errno.Result(NativeMethods.ChangeDirectory(bytes));
        }
    }

    /// <summary>Changes the working directory to an open one (fchdir(2)).</summary>
    public static int ChangeDirectory(int descriptor) => Errno.Result(NativeMethods.ChangeDirectory(descriptor));

    /// <summary>Sets the permission bits that new files do not get (umask(2)); returns the old mask.</summary>
    public static uint SetFileCreationMask(uint mask) => NativeMethods.SetFileCreationMask(mask);
}
