using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace TlsMgr.Testing;

/// <summary>
/// A temporary configuration directory with a main.cf, such as one of fixtures/config/corpus, and the overrides of
/// <c>-o</c>.
/// </summary>
public sealed class ConfigCorpus : IDisposable
{
    private const string OverrideComment = "# -o ";

    /// <summary>Creates the directory with this main.cf.</summary>
    public ConfigCorpus(byte[] mainCf, params string[] overrides)
    {
        Directory = System.IO.Directory.CreateTempSubdirectory("tlsmgr-corpus-").FullName;
        Overrides = overrides;
        string file = Path.Combine(Directory, "main.cf");
        File.WriteAllBytes(file, mainCf);
        File.WriteAllText(Path.Combine(Directory, "master.cf"), "");

        // Postfix re-reads a file that has just changed, and repeats its warnings.
        File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch.AddDays(1));
    }

    /// <summary>The file names of the corpus, sorted.</summary>
    public static IEnumerable<string> Names =>
        new DirectoryInfo(RepositoryRoot.Fixture("config", "corpus")).GetFiles().Select(file => file.Name).Order();

    public string Directory { get; }

    /// <summary>The overrides of <c>-o</c>, each <c>name=value</c>.</summary>
    public IReadOnlyList<string> Overrides { get; }

    /// <summary>The options with which a command reads this configuration.</summary>
    public IEnumerable<string> Options =>
        [.. new[] { "-c", Directory }, .. Overrides.SelectMany(text => new[] { "-o", text })];

    /// <summary>Opens one file of the corpus; its comments <c># -o name=value</c> are its overrides.</summary>
    public static ConfigCorpus Open(string name)
    {
        string file = RepositoryRoot.Fixture("config", "corpus", name);
        return new ConfigCorpus(
            File.ReadAllBytes(file),
            [
                .. File.ReadLines(file).Where(line => line.StartsWith(OverrideComment, StringComparison.Ordinal))
                    .Select(line => line[OverrideComment.Length..]),
            ]);
    }

    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);
}
