using System;
using System.IO;
using TlsMgr.Testing;

namespace TlsMgr.Daemon.Tests;

/// <summary>The binary that ships: what make publish left, or what TLSMGR_BINARY names.</summary>
internal static class PublishedBinary
{
    /// <summary>The original, as Debian's package installs it.</summary>
    internal const string Original = "/usr/lib/postfix/sbin/tlsmgr";

    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    internal static string Path
    {
        get
        {
            string path = Environment.GetEnvironmentVariable("TLSMGR_BINARY")
                ?? System.IO.Path.Combine(RepositoryRoot.Path, "dist", "tlsmgr");
            return File.Exists(path) ? path : throw new FileNotFoundException($"{path}: run make publish first");
        }
    }
}
