using System;
using System.Diagnostics;
using System.IO;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Tests.Packaging;

/// <summary>src/packaging/notices.sh takes licences from the packages, and fails in one line without them.</summary>
[Collection(AloneCollection.Name)]
public sealed class NoticesTests : IDisposable
{
    /// <summary>The next component, which is not in the folder of the test: named when the first is no fault.</summary>
    private const string RuntimePack = "package Microsoft.NETCore.App.Runtime.NativeAOT.linux-x64";

    private readonly string _packages = Directory.CreateTempSubdirectory("tlsmgr-notices-").FullName;

    public void Dispose() => Directory.Delete(_packages, recursive: true);

    [Fact]
    public void A_package_that_is_not_there_is_one_line() =>
        Run().ShouldBe($"notices.sh: package A.Package 1.2.3: no directory {_packages}/a.package/1.2.3\n");

    [Fact]
    public void A_package_without_a_licence_file_is_one_line()
    {
        WritePackage("MIT", copyright: "");

        Run().ShouldBe("notices.sh: package A.Package 1.2.3 has no notice: no licence file in "
            + $"{_packages}/a.package/1.2.3\n");
    }

    [Fact]
    public void A_licence_that_is_not_known_is_one_line()
    {
        WritePackage("X", license: "All rights reserved.");

        Run().ShouldBe($"notices.sh: package A.Package 1.2.3: {_packages}/a.package/1.2.3/LICENSE"
            + " is no licence that is known here\n");
    }

    [Fact]
    public void A_package_with_a_licence_is_no_fault()
    {
        WritePackage("X", license: "MIT License\n\nCopyright (c) 2026 Somebody\n");

        Run().ShouldContain(RuntimePack);
    }

    [Fact]
    public void A_package_that_states_MIT_and_its_copyright_is_no_fault()
    {
        WritePackage("MIT");

        Run().ShouldContain(RuntimePack);
    }

    private void WritePackage(string expression, string copyright = "Somebody", string? license = null)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_packages, "a.package", "1.2.3")).FullName;
        File.WriteAllText(
            Path.Combine(folder, "a.package.nuspec"),
            $"<license type=\"expression\">{expression}</license>\n<copyright>{copyright}</copyright>\n");
        if (license is not null)
        {
            File.WriteAllText(Path.Combine(folder, "LICENSE"), license);
        }
    }

    /// <summary>Runs it with a lock file that names one package; returns its errors.</summary>
    private string Run()
    {
        string lockFile = Path.Combine(_packages, "packages.lock.json");
        File.WriteAllText(
            lockFile,
            """
            {
              "dependencies": {
                "net10.0": {
                  "A.Package": {
                    "type": "Direct",
                    "resolved": "1.2.3",
                  }
                }
              }
            }
            """);
        ProcessStartInfo start = new(Path.Combine(RepositoryRoot.Path, "src/packaging/notices.sh"), ["notices"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment["NUGET_PACKAGES"] = _packages;
        start.Environment["LOCK_FILES"] = lockFile;
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start(start)!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit(TimeSpan.FromSeconds(30)).ShouldBeTrue();
        process.ExitCode.ShouldBe(1);
        return errors;
    }
}
