// The installed Postfix's own answer to what main.cf means. Postfix is a prerequisite of the tests.

using System;
using System.Collections.Generic;
using System.Linq;

namespace TlsMgr.Testing;

/// <summary>postconf(1).</summary>
public static class Postconf
{
    private const string Path = "/usr/sbin/postconf";

    /// <summary>Every name that this Postfix knows.</summary>
    public static IReadOnlySet<string> BuiltInNames { get; } =
        Run("-c", "/etc/postfix", "-d").Lines.Select(line => line.Split(' ')[0]).ToHashSet();

    public static CommandOutput Run(params IEnumerable<string> arguments) => CommandOutput.Of(Path, arguments);

    /// <summary>A value as postconf prints it.</summary>
    public static string Print(string value) =>
        string.Join(' ', value.Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries));
}
