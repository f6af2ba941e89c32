using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace TlsMgr.Daemon.Tests;

/// <summary>Each binary needs Debian 11's C library and no other library.</summary>
[Trait("Traced", "not")]
public sealed partial class NeededLibrariesTests
{
    private const string CLibraryPattern = @"^(lib(c|m|dl|rt|pthread)|ld-linux-x86-64)\.so\.\d$";

    private static readonly Version Oldest = new(2, 31);

    public static TheoryData<string> Binaries => [PublishedBinary.Path, PublishedBinary.Control];

    [Theory]
    [MemberData(nameof(Binaries))]
    public void No_symbol_is_newer_than_Debian_11_s_C_library(string binary)
    {
        IEnumerable<Version> versions =
            SymbolVersion().Matches(ReadHeaders(binary)).Select(match => Version.Parse(match.Groups[1].Value));

        versions.Max().ShouldNotBeNull().ShouldBeLessThanOrEqualTo(
            Oldest, "linked with this machine's own C library: make publish prints the reason");
    }

    [Theory]
    [MemberData(nameof(Binaries))]
    public void No_library_but_the_C_library_is_needed(string binary) =>
        NeededLibrary().Matches(ReadHeaders(binary)).Select(match => match.Groups[1].Value).ShouldSatisfyAllConditions(
            names => names.ShouldContain("libc.so.6"),
            names => names.ShouldAllBe(name => Regex.IsMatch(name, CLibraryPattern)));

    private static string ReadHeaders(string binary)
    {
        ProcessStartInfo start = new("objdump", ["-p", binary]) { RedirectStandardOutput = true };
        using Process objdump = Process.Start(start)!;
        string headers = objdump.StandardOutput.ReadToEnd();
        objdump.WaitForExit();
        objdump.ExitCode.ShouldBe(0);
        return headers;
    }

    [GeneratedRegex(@" GLIBC_([\d.]+)$", RegexOptions.Multiline)]
    private static partial Regex SymbolVersion();

    [GeneratedRegex(@"^ +NEEDED +(\S+)$", RegexOptions.Multiline)]
    private static partial Regex NeededLibrary();
}
