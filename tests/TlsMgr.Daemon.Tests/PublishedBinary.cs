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

    internal static string Path => Find("TLSMGR_BINARY", "tlsmgr");

    /// <summary>The administrator's tool, or what TLSMGRCTL_BINARY names.</summary>
    internal static string Control => Find("TLSMGRCTL_BINARY", "tlsmgrctl");

    private static string Find(string variable, string name)
    {
        string path = Environment.GetEnvironmentVariable(variable)
            ?? System.IO.Path.Combine(RepositoryRoot.Path, "dist", name);
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path}: run make publish first");
    }
}
