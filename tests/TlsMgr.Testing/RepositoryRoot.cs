using System;
using System.IO;

namespace TlsMgr.Testing;

/// <summary>The repository of the running tests: the closest directory above them that holds TlsMgr.sln.</summary>
public static class RepositoryRoot
{
    public static string Path { get; } = Find();

    /// <summary>The path of a fixture.</summary>
    public static string Fixture(params string[] parts) =>
        System.IO.Path.Combine([Path, "fixtures", .. parts]);

    private static string Find()
    {
        for (DirectoryInfo? directory = new(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(directory.FullName, "TlsMgr.sln")))
            {
                return directory.FullName;
            }
        }

        throw new InvalidOperationException($"no TlsMgr.sln above {AppContext.BaseDirectory}");
    }
}
