// Where a configured path is found once the process sits in a jail. Must never be used to decide what may be opened.

using System;

namespace TlsMgr.Random;

/// <summary>Takes the jail's own directory off the paths below it.</summary>
/// <param name="directory">The directory that becomes the root directory; null when there is no jail.</param>
internal sealed class JailPath(string? directory)
{
    /// <summary>Whether the jail has been entered.</summary>
    internal bool IsEntered { get; set; }

    /// <summary>The path to open now. One outside the jail stays as it is, and mostly will not be found.</summary>
    internal string Resolve(string path)
    {
        if (!IsEntered || directory is null)
        {
            return path;
        }

        string root = directory.TrimEnd('/');
        return path.StartsWith(root + "/", StringComparison.Ordinal) ? path[root.Length..] : path;
    }
}
