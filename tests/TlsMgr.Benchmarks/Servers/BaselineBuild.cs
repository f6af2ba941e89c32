using System;
using System.Diagnostics;
using System.Formats.Tar;
using System.IO;
using System.Linq;

namespace TlsMgr.Benchmarks.Servers;

/// <summary>
/// The daemon of an earlier commit, which later builds are compared with in the same run. Published from git once for
/// each commit and compiler, and kept below artifacts/baseline.
/// </summary>
/// <param name="repository">The work tree of this build.</param>
/// <param name="compiler">The compiler of this build. The baseline is built again when it has changed.</param>
/// <param name="progress">The output for progress messages.</param>
internal sealed class BaselineBuild(string repository, string compiler, TextWriter progress)
{
    internal const string Commit = "be6b2cac8c951b815db84962b9ce04e4a86f816e";
    private const string Framework = "net10.0";
    private const string MSBuildPrefix = "MSBUILD";

    private readonly string _directory = Path.Combine(repository, "artifacts", "baseline");

    internal static string ShortCommit => Commit[..7];

    /// <summary>The file of the published daemon, whether it exists or not.</summary>
    internal string BinaryPath => Path.Combine(_directory, $"{Commit}-{compiler.Replace(' ', '-')}", "tlsmgr");

    private string LogPath => Path.Combine(_directory, "build.log");

    /// <summary>Returns the file of the published daemon; builds it when it does not exist.</summary>
    /// <exception cref="BenchmarkException">The commit is not in this clone, or the build failed.</exception>
    internal string Provide()
    {
        if (!File.Exists(BinaryPath))
        {
            RequireCommit();
            progress.WriteLine($"baseline: building commit {ShortCommit}, once");
            Build();
        }

        return BinaryPath;
    }

    private void RequireCommit()
    {
        Command command = Command.Run(
            "git", "-C", repository, "rev-parse", "--verify", "--quiet", Commit + "^{commit}");
        if (command.Status != 0)
        {
            throw new BenchmarkException(command.Errors.Length > 0
                ? $"git cannot read the baseline, commit {ShortCommit}: {command.FirstError}"
                : $"the baseline, commit {ShortCommit}, is not in this clone; a shallow one gets it with "
                    + "git fetch --unshallow");
        }
    }

    private void Build()
    {
        string source = Path.Combine(_directory, "source");
        Remove(source);
        try
        {
            Extract(source);
            ShareCompiler(source);
            PrepareSysroot(source);
            Publish(source);
            Keep(Path.Combine(
                source, "artifacts", Framework, "publish/TlsMgr.Daemon/release_linux-x64/TlsMgr.Daemon"));
        }
        finally
        {
            Remove(source);
        }
    }

    private void Extract(string source)
    {
        Directory.CreateDirectory(source);
        string archive = Path.Combine(_directory, "source.tar");
        Check("git", Command.Run("git", "-C", repository, "archive", "--output", archive, Commit));
        TarFile.ExtractToDirectory(archive, source, overwriteFiles: false);
        File.Delete(archive);
    }

    /// <summary>Builds the commit with the compiler pack of this tree, so that ratios compare the code alone.</summary>
    private void ShareCompiler(string source)
    {
        const string Targets = "Directory.Build.targets";
        File.Copy(Path.Combine(repository, Targets), Path.Combine(source, Targets), overwrite: true);
    }

    /// <summary>
    /// Links the sysroot of this tree into the commit's. The commit's own script replaces the link when its list of
    /// packages differs from ours; without network the link stays, or the machine's C library is linked.
    /// </summary>
    private void PrepareSysroot(string source)
    {
        string ours = Path.Combine(repository, "artifacts", "sysroot");
        string theirs = Path.Combine(source, "artifacts", "sysroot");
        Directory.CreateDirectory(Path.GetDirectoryName(theirs)!);
        if (Directory.Exists(ours))
        {
            Directory.CreateSymbolicLink(theirs, ours);
        }

        Command command = Command.Run("bash", Path.Combine(source, "src/tlsmgr/sysroot.sh"), theirs);
        if (command.Status != 0)
        {
            string library = Directory.Exists(theirs) ? "the sysroot of this tree" : "the machine's C library";
            progress.WriteLine($"baseline: its sysroot cannot be fetched; linking with {library}");
        }
    }

    /// <summary>Publishes as the commit's Makefile does; a newer SDK may warn of code that cannot be changed.</summary>
    private void Publish(string source)
    {
        ProcessStartInfo start = new(
            "dotnet",
            [
                "publish", "src/tlsmgr", "-c", "Release", "-p:RuntimeIdentifier=linux-x64",
                $"-p:TlsMgrFramework={Framework}", "-p:TreatWarningsAsErrors=false",
                "-p:MSBuildTreatWarningsAsErrors=false",
            ])
        {
            WorkingDirectory = source,
        };
        // dotnet run sets variables of MSBuild for its own SDK; global.json of the commit selects the one to use.
        foreach (string name in start.Environment.Keys.Where(IsOfMSBuild).ToArray())
        {
            start.Environment.Remove(name);
        }

        // Build servers would keep running during the measurements.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        Check("dotnet publish", Command.Run(start));
    }

    private static bool IsOfMSBuild(string name) => name.StartsWith(MSBuildPrefix, StringComparison.OrdinalIgnoreCase);

    /// <summary>Moves the complete file to its place, so that an interrupted build leaves none there.</summary>
    private void Keep(string published)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(BinaryPath)!);
        File.Move(published, BinaryPath);
    }

    private void Check(string program, Command command)
    {
        if (command.Status != 0)
        {
            File.WriteAllText(LogPath, $"{command.Output}\n{command.Errors}\n");
            throw new BenchmarkException(
                $"the baseline, commit {ShortCommit}, cannot be built: {program} failed, see {LogPath}");
        }
    }

    private static void Remove(string directory)
    {
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
