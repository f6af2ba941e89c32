// The steps by which a daemon drops its privileges, in this order:
//   1. as root: open files that only root may open (the caller);
//   2. with the effective ids of mail_owner: open and create files that mail_owner owns (ActAs), then become root again
//      (ActAsRoot);
//   3. setgid and initgroups for mail_owner, if master.cf requires it: before step 4, as the jail has no group file;
//   4. chroot to queue_directory and chdir /, if master.cf requires it;
//   5. setuid to mail_owner, if step 3 was taken; this cannot be undone. Enter takes steps 3 to 5.
// Invariant: the daemon never serves with more privileges than master.cf gives it: a failed step is fatal.

using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Postfix.Process;

/// <summary>Changes the user ids and the root directory of this process.</summary>
public static class Jail
{
    private const uint Root = 0;

    /// <summary>
    /// Sets the effective ids to those of a user, to open and create that user's files. Has no effect in an
    /// unprivileged process, as in a test.
    /// </summary>
    /// <exception cref="FatalException">The kernel refuses.</exception>
    public static void ActAs(UserAccount user, Log log)
    {
        if (!IsRoot())
        {
            return;
        }

        Require(UserIdentity.SetEffectiveUserId(Root), $"set_eugid: seteuid({Root})");
        Require(UserIdentity.SetEffectiveGroupId(user.GroupId), $"set_eugid: setegid({user.GroupId})");
        Require(UserIdentity.SetOnlyGroup(user.GroupId), $"set_eugid: setgroups({user.GroupId})");
        Require(UserIdentity.SetEffectiveUserId(user.UserId), $"set_eugid: seteuid({user.UserId})");
        Trace(user.UserId, user.GroupId, log);
    }

    /// <summary>Sets the effective ids back to root.</summary>
    /// <exception cref="FatalException">The kernel refuses.</exception>
    public static void ActAsRoot(Log log)
    {
        if (!IsRoot())
        {
            return;
        }

        Require(UserIdentity.SetEffectiveUserId(Root), $"set_eugid: seteuid({Root})");
        Require(UserIdentity.SetEffectiveGroupId(Root), $"set_eugid: setegid({Root})");
        Require(UserIdentity.SetOnlyGroup(Root), $"set_eugid: setgroups({Root})");
        Trace(Root, Root, log);
    }

    /// <summary>Enters the jail and drops the privileges, each if requested.</summary>
    /// <param name="rootDirectory">The new root directory, or null to keep the present one.</param>
    /// <param name="user">The user to become permanently, or null to keep the present one.</param>
    /// <exception cref="FatalException">The kernel refuses.</exception>
    public static void Enter(string? rootDirectory, UserAccount? user)
    {
        if (user is not null)
        {
            Require(UserIdentity.SetGroupId(user.GroupId), $"setgid({user.GroupId})");
            Require(UserIdentity.InitializeGroups(user), $"initgroups({user.Name}, {user.GroupId})");
        }

        if (rootDirectory is not null)
        {
            Require(UserIdentity.ChangeRoot(rootDirectory), $"chroot({rootDirectory})");
            Require(UserIdentity.ChangeDirectory("/"), "chdir(/)");
        }

        if (user is not null)
        {
            Require(UserIdentity.SetUserId(user.UserId), $"setuid({user.UserId})");
        }
    }

    /// <exception cref="FatalException">
    /// An outer seccomp filter refuses getuid(2): root would keep its privileges if it were taken for another user.
    /// </exception>
    private static bool IsRoot() => UserIdentity.UserId <= UserIdentity.HighestId
        ? UserIdentity.UserId == Root
        : throw new FatalException("getuid: the system call is refused");

    private static void Require(int result, string call)
    {
        if (result < 0)
        {
            throw new FatalException($"{call}: {Errno.Describe(result)}");
        }
    }

    private static void Trace(uint user, uint group, Log log)
    {
        if (log.IsVerbose)
        {
            log.Info($"set_eugid: euid {user} egid {group}");
        }
    }
}
