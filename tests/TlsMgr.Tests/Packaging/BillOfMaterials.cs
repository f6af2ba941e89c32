using System;
using System.Diagnostics;
using System.IO;
using System.Text.Json;
using Shouldly;
using TlsMgr.Testing;

namespace TlsMgr.Tests.Packaging;

/// <summary>
/// What src/packaging/sbom.sh prints about two programs; run once for all tests, all of <see cref="AloneCollection"/>.
/// </summary>
public sealed class BillOfMaterials : IDisposable
{
    /// <summary>The version that it is given.</summary>
    internal const string Version = "1.2.3";

    private readonly JsonDocument _document;

    public BillOfMaterials()
    {
        WriteProgram("tlsmgr");
        WriteProgram("tlsother");
        File.WriteAllText(Path.Combine(Programs, "THIRD-PARTY-NOTICES"), "not a program");
        _document = JsonDocument.Parse(Run());
    }

    /// <summary>The directory of the programs.</summary>
    internal string Programs { get; } = Directory.CreateTempSubdirectory("tlsmgr-sbom-").FullName;

    /// <summary>The document.</summary>
    internal JsonElement Document => _document.RootElement;

    public void Dispose()
    {
        _document.Dispose();
        Directory.Delete(Programs, recursive: true);
    }

    private void WriteProgram(string name)
    {
        string path = Path.Combine(Programs, name);
        File.WriteAllText(path, $"the program {name}");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private string Run()
    {
        ProcessStartInfo start = new(Path.Combine(RepositoryRoot.Path, "src/packaging/sbom.sh"), [Version])
        {
            RedirectStandardOutput = true,
        };
        start.Environment["DIST"] = Programs;
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit(TimeSpan.FromSeconds(60)).ShouldBeTrue();
        process.ExitCode.ShouldBe(0);
        return output;
    }
}
