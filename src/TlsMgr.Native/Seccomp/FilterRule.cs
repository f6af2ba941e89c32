using System.Collections.Generic;

namespace TlsMgr.Native.Seccomp;

/// <summary>The verdict on one system call.</summary>
/// <param name="Call">The call.</param>
/// <param name="Verdict">The verdict when all tests pass.</param>
/// <param name="Otherwise">The verdict when a test fails.</param>
/// <param name="Tests">The tests of arguments, perhaps none.</param>
public sealed record FilterRule(
    SystemCall Call, FilterVerdict Verdict, FilterVerdict Otherwise = FilterVerdict.RefuseAndReport,
    params IReadOnlyList<ArgumentTest> Tests);
