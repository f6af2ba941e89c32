using System;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Shouldly;
using TlsMgr.Native.Lmdb;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Tests.Lmdb;

/// <summary>Which LMDB is used: Debian's 0.9, and never the library in the package LightningDB.</summary>
[Collection(AloneCollection.Name)]
public sealed partial class LmdbLibraryTests
{
    private const string LibraryFile = "usr/lib/x86_64-linux-gnu/liblmdb.a";
    private const string Folder = "TlsMgr.Native/Lmdb";

    private static string Source => Path.Combine(RepositoryRoot.Path, "src");

    /// <summary>What make publish links: of Debian 11, or where that could not be fetched, of this machine.</summary>
    private static string StaticLibrary
    {
        get
        {
            string fetched = Path.Combine(RepositoryRoot.Path, "artifacts", "sysroot", LibraryFile);
            return File.Exists(fetched) ? fetched : $"/{LibraryFile}";
        }
    }

    [Fact]
    public void Tests_run_on_Debian_s_LMDB()
    {
        LmdbLibrary.Version.ShouldStartWith("0.9.");

        File.ReadLines("/proc/self/maps").Select(line => LibraryPath().Match(line).Value)
            .Where(path => path.Length > 0).Distinct()
            .ShouldHaveSingleItem().ShouldMatch("^/usr/lib/x86_64-linux-gnu/liblmdb[.]so[.]0[.0-9]*$");
    }

    [Fact]
    public void No_output_folder_holds_the_package_s_library()
    {
        string[] outputs = [.. ((string[])["bin", "native"])
            .Select(name => Path.Combine(RepositoryRoot.Path, "artifacts", name)).Where(Directory.Exists)];

        outputs.ShouldContain(path => AppContext.BaseDirectory.StartsWith(path, StringComparison.Ordinal));
        outputs.SelectMany(path => Directory.EnumerateFiles(path, "*lmdb*", SearchOption.AllDirectories)).ShouldBeEmpty();
        outputs.SelectMany(path => Directory.EnumerateFiles(path, "*.deps.json", SearchOption.AllDirectories))
            .Where(path => File.ReadAllText(path).Contains("liblmdb", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    /// <summary>
    /// The linker does not find a listed function that the library lacks. A function that is not listed is searched for
    /// in a shared library, at run time.
    /// </summary>
    [Fact]
    public void The_list_of_linked_functions_is_that_of_the_library()
    {
        CommandOutput symbols = CommandOutput.Of("nm", "--defined-only", "--extern-only", StaticLibrary);
        string[] functions = [.. symbols.Lines.Select(line => Function().Match(line))
            .Where(match => match.Success).Select(match => $"lmdb!{match.Groups[1].Value}")];

        functions.Length.ShouldBeGreaterThan(50);
        File.ReadAllLines(Path.Combine(Source, Folder, "liblmdb.list")).ShouldBe(functions, ignoreOrder: true);
    }

    [Fact]
    public void LMDB_is_called_in_one_folder_and_only_through_the_package()
    {
        (string Path, string Text)[] files = [.. Directory
            .EnumerateFiles(Source, "*.cs", SearchOption.AllDirectories)
            .Select(path => (Path.GetRelativePath(Source, path), File.ReadAllText(path)))];

        files.Where(file => file.Text.Contains("LightningDB.Native", StringComparison.Ordinal))
            .ShouldAllBe(file => file.Path.StartsWith(Folder, StringComparison.Ordinal));
        files.Where(file => Declaration().IsMatch(file.Text)).ShouldBeEmpty();
    }

    [GeneratedRegex("/[^ ]*lmdb[^ /]*[.]so[^ /]*$")]
    private static partial Regex LibraryPath();

    // Functions of LMDB's list of page numbers are global too, but are not LMDB's interface.
    [GeneratedRegex(" T (mdb_(?!mid[2l])\\w+)$")]
    private static partial Regex Function();

    [GeneratedRegex("""EntryPoint = "mdb_|(Library|Dll)Import\("lmdb""")]
    private static partial Regex Declaration();
}
