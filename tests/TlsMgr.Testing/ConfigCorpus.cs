// The main.cf files of fixtures/config/corpus, and the directory in which one of them is read.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace TlsMgr.Testing;

/// <summary>A configuration directory of its own, with main.cf and what <c>-o</c> sets on top.</summary>
public sealed class ConfigCorpus : IDisposable
{
    private const string OverrideComment = "# -o ";

    /// <summary>Makes the directory around a main.cf.</summary>
    public ConfigCorpus(byte[] mainCf, params string[] overrides)
    {
        Directory = System.IO.Directory.CreateTempSubdirectory("tlsmgr-corpus-").FullName;
        Overrides = overrides;
        string file = Path.Combine(Directory, "main.cf");
        File.WriteAllBytes(file, mainCf);
        File.WriteAllText(Path.Combine(Directory, "master.cf"), "");

        // Postfix reads a file that has just changed again and again, warnings included.
        File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch.AddDays(1));
    }

    /// <summary>The names of the files.</summary>
    public static IEnumerable<string> Names =>
        new DirectoryInfo(RepositoryRoot.Fixture("config", "corpus")).GetFiles().Select(file => file.Name).Order();

    public string Directory { get; }

    /// <summary>What <c>-o</c> sets, <c>name=value</c> each.</summary>
    public IReadOnlyList<string> Overrides { get; }

    /// <summary>The options of a command that reads this configuration.</summary>
    public IEnumerable<string> Options =>
        [.. new[] { "-c", Directory }, .. Overrides.SelectMany(text => new[] { "-o", text })];

    /// <summary>One file of the corpus; its comments <c># -o name=value</c> are its overrides.</summary>
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
