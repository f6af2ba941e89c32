// Who this process is and what it may reach: users, effective and real ids, chroot. Answers are zero or more, or the
// negative of an Errno. Each id change reaches every thread of the process: the C library sees to that (setuid(2)).

using System.Runtime.InteropServices;

namespace TlsMgr.Native.Libc;

/// <summary>A user of the system: the fields of its password entry that matter here.</summary>
/// <param name="Name">Login name.</param>
/// <param name="UserId">User id.</param>
/// <param name="GroupId">Primary group id.</param>
public sealed record UserAccount(string Name, uint UserId, uint GroupId);

/// <summary>Users, ids and the root directory of this process.</summary>
public static unsafe class UserIdentity
{
    private const int EntryBufferBytes = 16384;

    /// <summary>The real user id of this process.</summary>
    public static uint UserId => NativeMethods.GetUserId();

    /// <summary>The effective user id of this process.</summary>
    public static uint EffectiveUserId => NativeMethods.GetEffectiveUserId();

    /// <summary>
    /// Looks a user up by name (getpwnam(3)); null when there is none, or when the directory does not answer.
    /// </summary>
    public static UserAccount? FindUser(string name)
    {
        PasswordEntry entry = default;
        PasswordEntry* found = null;
        byte[] buffer = new byte[EntryBufferBytes];
        fixed (byte* nameBytes = NativePath.Encode(name))
        fixed (byte* room = buffer)
        {
            int answer = NativeMethods.GetPasswordEntry(nameBytes, &entry, room, EntryBufferBytes, &found);
            return answer == 0 && found != null ? new UserAccount(name, entry.UserId, entry.GroupId) : null;
        }
    }

    /// <summary>Sets the effective user id (seteuid(2)).</summary>
    public static int SetEffectiveUserId(uint user) => Errno.Result(NativeMethods.SetEffectiveUserId(user));

    /// <summary>Sets the effective group id (setegid(2)).</summary>
    public static int SetEffectiveGroupId(uint group) => Errno.Result(NativeMethods.SetEffectiveGroupId(group));

    /// <summary>Sets the supplementary groups to one group alone (setgroups(2)).</summary>
    public static int SetOnlyGroup(uint group) => Errno.Result(NativeMethods.SetGroups(1, &group));

    /// <summary>Sets real, effective and saved user id for good when privileged (setuid(2)).</summary>
    public static int SetUserId(uint user) => Errno.Result(NativeMethods.SetUserId(user));

    /// <summary>Sets real, effective and saved group id for good when privileged (setgid(2)).</summary>
    public static int SetGroupId(uint group) => Errno.Result(NativeMethods.SetGroupId(group));

    /// <summary>Takes over the supplementary groups of a user (initgroups(3)). Reads the system's group file.</summary>
    public static int InitializeGroups(UserAccount user)
    {
        fixed (byte* name = NativePath.Encode(user.Name))
        {
            return Errno.Result(NativeMethods.InitializeGroups(name, user.GroupId));
        }
    }

    /// <summary>Makes a directory the root directory (chroot(2)); needs privileges, and a chdir after it.</summary>
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

    /// <summary>Sets which permission bits new files do not get (umask(2)); answers the old mask.</summary>
    public static uint SetFileCreationMask(uint mask) => NativeMethods.SetFileCreationMask(mask);
}

/// <summary>struct passwd on x86-64 Linux.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct PasswordEntry
{
    internal byte* Name;
    internal byte* Password;
    internal uint UserId;
    internal uint GroupId;
    internal byte* Comment;
    internal byte* Directory;
    internal byte* Shell;
}
