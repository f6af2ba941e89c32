using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control.Doctor;

/// <summary>
/// The privileges of the user who runs doctor. Only root and mail_owner can access the daemon's files and sockets; for
/// other users a lack of access would look like a fault.
/// </summary>
internal static class DoctorPrivileges
{
    private const uint Root = 0;

    /// <summary>Checks that existing files can be read.</summary>
    /// <exception cref="FatalException">This user may not read one of them.</exception>
    internal static void RequireReadable(string[] files)
    {
        foreach (string file in files)
        {
            int descriptor = FileDescriptor.Open(
                file, OpenFlags.ReadOnly | OpenFlags.NonBlocking | OpenFlags.CloseOnExec);
            if (IsDenied(descriptor))
            {
                throw new FatalException($"open {file}: {Errno.Describe(descriptor)}: run doctor as root");
            }

            if (descriptor >= 0)
            {
                FileDescriptor.Close(descriptor);
            }
        }
    }

    /// <summary>Checks that this user is root or owns the daemon's files.</summary>
    /// <exception cref="FatalException">It is another user.</exception>
    internal static void RequireRootOr(UserAccount owner)
    {
        uint user = UserIdentity.EffectiveUserId;
        if (user != Root && user != owner.UserId)
        {
            throw new FatalException(
                $"only root and {owner.Name} have access to the files and sockets of tlsmgr: run doctor as root");
        }
    }

    /// <summary>The finding for a path that this user has no access to; null for another result.</summary>
    /// <param name="check">The name of the check.</param>
    /// <param name="path">The path.</param>
    /// <param name="result">The result of the access: 0 or more, or the negative of an <see cref="Errno"/>.</param>
    internal static Finding? FindLimit(string check, string path, int result) => IsDenied(result)
        ? new(check, Verdict.Note, $"this user has no access to {path}", Remedy.Advise("run doctor as root"))
        : null;

    private static bool IsDenied(int result) =>
        result == -Errno.AccessDenied && UserIdentity.EffectiveUserId != Root;
}
