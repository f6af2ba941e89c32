// Every level of the tree can be entered by every user: the daemons in it run as an ordinary user, in a jail.
// Invariant: only the directory that was created here is removed.

using System.IO;

namespace TlsMgr.Rig;

/// <summary>The directory of a run, below the system's directory for temporary files.</summary>
internal sealed class WorkArea
{
    private const UnixFileMode OpenDirectory =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute |
        UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private WorkArea(string path) => DirectoryPath = path;

    internal string DirectoryPath { get; }

    /// <summary>Creates the directory.</summary>
    /// <exception cref="RigException">An ordinary user cannot enter a directory above it.</exception>
    internal static WorkArea Create()
    {
        string parent = Path.GetFullPath(Path.GetTempPath());
        for (DirectoryInfo? level = new(parent); level is not null; level = level.Parent)
        {
            if ((level.UnixFileMode & UnixFileMode.OtherExecute) == 0)
            {
                throw new RigException(
                    $"{level.FullName} is closed to the user postfix: set TMPDIR to another directory");
            }
        }

        DirectoryInfo created = Directory.CreateTempSubdirectory("tlsmgr-rig-");
        created.UnixFileMode = OpenDirectory;
        return new WorkArea(created.FullName);
    }

    /// <summary>Creates a directory that every user may enter and read, whatever the umask.</summary>
    internal static void CreateOpenDirectory(string path) =>
        Directory.CreateDirectory(path).UnixFileMode = OpenDirectory;

    internal void Remove() => Directory.Delete(DirectoryPath, recursive: true);
}
