using System.Collections.Generic;
using System.IO;
using TlsMgr.Native.Libc;

namespace TlsMgr.Control.Doctor;

/// <summary>What keeps mail_owner from a directory of its files, as a process of that user would find it.</summary>
internal static class MailOwnerAccess
{
    private const int Search = 1;
    private const int GroupShift = 3;
    private const int OwnerShift = 6;

    /// <summary>
    /// The first directory on the way to a path, from the root on, that mail_owner may not pass; null without one. The
    /// path's own directory is included.
    /// </summary>
    internal static string? FindBarrier(string path, UserAccount owner)
    {
        Stack<string> directories = new();
        for (string? directory = Path.GetDirectoryName(path); !string.IsNullOrEmpty(directory);
            directory = Path.GetDirectoryName(directory))
        {
            directories.Push(directory);
        }

        foreach (string directory in directories)
        {
            if (FileStatus.OfPath(directory, out FileStatus status) < 0)
            {
                return null;
            }

            if (!MaySearch(status, owner))
            {
                return directory;
            }
        }

        return null;
    }

    private static bool MaySearch(FileStatus status, UserAccount owner)
    {
        if (status.Owner == owner.UserId)
        {
            return ((status.Permissions >> OwnerShift) & Search) != 0;
        }

        // Of another group it can be a member, too.
        bool isOpenToGroup = ((status.Permissions >> GroupShift) & Search) != 0;
        return isOpenToGroup || (status.Group != owner.GroupId && (status.Permissions & Search) != 0);
    }
}
