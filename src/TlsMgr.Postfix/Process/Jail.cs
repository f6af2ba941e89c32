// The steps by which a daemon gives up what it no longer needs, in their order:
//   1. as root: open what only root may open (the caller);
//   2. effective ids of mail_owner: open and create files as their owner-to-be (ActAs), then root again (ActAsRoot);
//   3. setgid and initgroups for mail_owner, when master.cf says so: the jail has no group file;
//   4. chroot to queue_directory and chdir /, when master.cf says so;
//   5. setuid to mail_owner, together with 3; this cannot be taken back (Enter takes 3 to 5).
// Any step that fails is fatal: a daemon must never serve with more rights than master.cf gives it.

using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Postfix.Process;

/// <summary>Changes who this process is and what it can reach.</summary>
public static class Jail
{
    private const uint Root = 0;

    /// <summary>
    /// Takes on the effective ids of a user, for files that are to be that user's. A process without privileges, as in
    /// a test, stays who it is.
    /// </summary>
    /// <exception cref="FatalException">The kernel refuses.</exception>
    public static void ActAs(UserAccount user, Log log)
    {
        if (UserIdentity.UserId != Root)
        {
            return;
        }

        Require(UserIdentity.SetEffectiveUserId(Root), $"set_eugid: seteuid({Root})");
        Require(UserIdentity.SetEffectiveGroupId(user.GroupId), $"set_eugid: setegid({user.GroupId})");
        Require(UserIdentity.SetOnlyGroup(user.GroupId), $"set_eugid: setgroups({user.GroupId})");
        Require(UserIdentity.SetEffectiveUserId(user.UserId), $"set_eugid: seteuid({user.UserId})");
        Trace(user.UserId, user.GroupId, log);
    }

    /// <summary>Takes the effective ids of root back.</summary>
    /// <exception cref="FatalException">The kernel refuses.</exception>
    public static void ActAsRoot(Log log)
    {
        if (UserIdentity.UserId != Root)
        {
            return;
        }

        Require(UserIdentity.SetEffectiveUserId(Root), $"set_eugid: seteuid({Root})");
        Require(UserIdentity.SetEffectiveGroupId(Root), $"set_eugid: setegid({Root})");
        Require(UserIdentity.SetOnlyGroup(Root), $"set_eugid: setgroups({Root})");
        Trace(Root, Root, log);
    }

    /// <summary>Enters the jail and gives up the privileges, as far as asked for.</summary>
    /// <param name="rootDirectory">The jail's directory, or null to stay outside.</param>
    /// <param name="user">Who to be from now on, or null to stay who we are.</param>
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

    private static void Require(int answer, string what)
    {
        if (answer < 0)
        {
            throw new FatalException($"{what}: {Errno.Describe(answer)}");
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
