using System;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Tests.Architecture;

public sealed partial class AloneTests
{
    [Fact]
    public void Tests_that_start_programs_are_not_run_in_parallel()
    {
        string[] starting = [.. Directory
            .EnumerateFiles(Path.Combine(RepositoryRoot.Path, "tests/TlsMgr.Tests"), "*.cs", SearchOption.AllDirectories)
            .Where(file => StartOfProgram().IsMatch(File.ReadAllText(file)))];

        starting.ShouldNotBeEmpty();
        starting.Where(file => !File.ReadAllText(file).Contains(nameof(AloneCollection), StringComparison.Ordinal))
            .ShouldBeEmpty();
    }

    [GeneratedRegex(@"Process\.Start\(|CommandOutput\.Of\(|Postconf\.Run\(|SpawnedProcess\(")]
    private static partial Regex StartOfProgram();
}
