// The temporary tree that holds everything of a run. Every level can be entered by everyone: the daemons in it run as
// an ordinary user, in a jail. Must never remove anything but the directory it made.

using System.IO;

namespace TlsMgr.Rig;

/// <summary>A directory of our own below the system's directory for temporary files.</summary>
internal sealed class WorkArea
{
    private const UnixFileMode OpenDirectory =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute |
        UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private WorkArea(string path) => DirectoryPath = path;

    internal string DirectoryPath { get; }

    /// <summary>Makes the directory.</summary>
    /// <exception cref="RigException">A directory above it is closed to ordinary users.</exception>
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

        DirectoryInfo made = Directory.CreateTempSubdirectory("tlsmgr-rig-");
        made.UnixFileMode = OpenDirectory;
        return new WorkArea(made.FullName);
    }

    /// <summary>Makes a directory that everyone may enter and read, whatever the umask.</summary>
    internal static void CreateOpenDirectory(string path) =>
        Directory.CreateDirectory(path).UnixFileMode = OpenDirectory;

    internal void Remove() => Directory.Delete(DirectoryPath, recursive: true);
}
