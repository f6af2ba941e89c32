// Where this process may write: files go to directories that mail_owner owns, and to data_directory otherwise.
// Must never make, open or remove a file.

using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Postfix.Config;

/// <summary>
/// Sends requests to write elsewhere to data_directory, as Postfix has done since 2.5: a privileged process must not
/// write where others own the place.
/// </summary>
/// <param name="path">data_directory. It is not checked: when it is foreign too, opening a file will tell.</param>
/// <param name="owner">The user that must own a directory: mail_owner.</param>
/// <param name="log">Takes the warnings, two for every path that is not used as it stands.</param>
public sealed class DataDirectory(string path, UserAccount owner, Log log)
{
    /// <summary>The path to use for a file.</summary>
    public string RedirectFile(string file) => Redirect(file, $"file {file}");

    /// <summary>The path to use for what a request names.</summary>
    /// <param name="file">The path as configured. A directory that cannot be looked at is left alone: opening the file
    /// there tells the reason.</param>
    /// <param name="request">What it is for, in the words of the warning: <c>table btree:/etc/x</c>.</param>
    public string Redirect(string file, string request)
    {
        (string directory, string name) = Split(file);
        if (FileStatus.OfPath(directory, out FileStatus status) < 0 || status.Owner == owner.UserId)
        {
            return file;
        }

        log.Warning($"request to update {request} in non-{owner.Name} directory {directory}");
        log.Warning($"redirecting the request to {owner.Name}-owned data_directory {path}");
        return $"{path}/{name}";
    }

    // As dirname(1) and basename(1) do: slashes at the end do not count.
    private static (string Directory, string Name) Split(string file)
    {
        string trimmed = file.TrimEnd('/');
        if (trimmed.Length == 0)
        {
            return file.Length == 0 ? (".", ".") : ("/", "/");
        }

        int slash = trimmed.LastIndexOf('/');
        string directory = slash < 0 ? "." : trimmed[..slash].TrimEnd('/');
        return (directory.Length == 0 ? "/" : directory, trimmed[(slash + 1)..]);
    }
}
