// The user who runs doctor. Only root and mail_owner get to the daemon's files and sockets; anybody else would take for
// a fault what he may not see.

using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control.Doctor;

/// <summary>Whether this process may look.</summary>
internal static class DoctorPrivileges
{
    private const uint Root = 0;

    /// <summary>Checks that files which are there can be read.</summary>
    /// <exception cref="FatalException">This user may not read one of them.</exception>
    internal static void CheckReads(string[] files)
    {
        foreach (string file in files)
        {
            int descriptor = FileDescriptor.Open(
                file, OpenFlags.ReadOnly | OpenFlags.NonBlocking | OpenFlags.CloseOnExec);
            if (IsKeptOut(descriptor))
            {
                throw new FatalException($"open {file}: {Errno.Describe(descriptor)}: run doctor as root");
            }

            if (descriptor >= 0)
            {
                FileDescriptor.Close(descriptor);
            }
        }
    }

    /// <summary>Checks that this is root or the user who owns the daemon's files.</summary>
    /// <exception cref="FatalException">It is somebody else.</exception>
    internal static void CheckIsEither(UserAccount owner)
    {
        uint user = UserIdentity.EffectiveUserId;
        if (user != Root && user != owner.UserId)
        {
            throw new FatalException(
                $"only root and {owner.Name} can look at the files and sockets of tlsmgr: run doctor as root");
        }
    }

    /// <summary>What to say of a path when this user, and perhaps no other, is kept out; null when he is not.</summary>
    /// <param name="check">The name of the check.</param>
    /// <param name="path">What he wanted to look at.</param>
    /// <param name="answer">What came of it.</param>
    internal static Finding? FindLimit(string check, string path, int answer) => IsKeptOut(answer)
        ? new(check, Verdict.Note, $"{path} cannot be looked at by this user", "run doctor as root")
        : null;

    private static bool IsKeptOut(int answer) =>
        answer == -Errno.AccessDenied && UserIdentity.EffectiveUserId != Root;
}
