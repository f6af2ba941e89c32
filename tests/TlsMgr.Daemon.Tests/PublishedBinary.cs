using System;
using System.IO;
using TlsMgr.Testing;

namespace TlsMgr.Daemon.Tests;

/// <summary>The published binary: dist/tlsmgr of make publish, or the path in TLSMGR_BINARY.</summary>
internal static class PublishedBinary
{
    /// <summary>Postfix's tlsmgr, as Debian's package installs it.</summary>
    internal const string PostfixTlsMgr = "/usr/lib/postfix/sbin/tlsmgr";

    internal static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    internal static string Path => Find("TLSMGR_BINARY", "tlsmgr");

    /// <summary>dist/tlsmgrctl, or the path in TLSMGRCTL_BINARY.</summary>
    internal static string Control => Find("TLSMGRCTL_BINARY", "tlsmgrctl");

    /// <summary>A line for each main.cf, in TLSMGR_MAIN_CF: an emulator may lack what the daemon warns about.</summary>
    internal static string? MainCfLine => Environment.GetEnvironmentVariable("TLSMGR_MAIN_CF");

    private static string Find(string variable, string name)
    {
        string path = Environment.GetEnvironmentVariable(variable)
            ?? System.IO.Path.Combine(RepositoryRoot.Path, "dist", name);
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path}: run make publish first");
    }
}
