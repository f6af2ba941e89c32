using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Postfix.Config;

/// <summary>
/// Redirects files in directories that mail_owner does not own to data_directory, as Postfix does since 2.5: a
/// privileged process must not write to a directory that another user controls. It creates and opens no file.
/// </summary>
/// <param name="path">data_directory. Its owner is not checked: opening a file there reports the fault.</param>
/// <param name="owner">The required owner of a directory: mail_owner.</param>
/// <param name="log">Receives two warnings for every redirected path.</param>
public sealed class DataDirectory(string path, UserAccount owner, Log log)
{
    /// <summary>Returns the path to use for a file.</summary>
    public string RedirectFile(string file) => Redirect(file, $"file {file}");

    /// <summary>Returns the path to use for a configured file or table.</summary>
    /// <param name="file">The path as configured. It is kept when stat(2) fails on its directory: opening the file
    /// then reports the reason.</param>
    /// <param name="request">The name of the request in the warning: <c>table btree:/etc/x</c>.</param>
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

    // As dirname(1) and basename(1): trailing slashes are ignored.
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
