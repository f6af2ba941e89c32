using System;

namespace TlsMgr.Random;

/// <summary>Translates configured paths to paths inside the jail. A translation, not an access check.</summary>
/// <param name="directory">The directory that becomes the root directory; null when there is no jail.</param>
internal sealed class JailPath(string? directory)
{
    /// <summary>Whether the jail has been entered.</summary>
    internal bool IsEntered { get; set; }

    /// <summary>The path to open now; a path outside the jail is unchanged and usually not found there.</summary>
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
