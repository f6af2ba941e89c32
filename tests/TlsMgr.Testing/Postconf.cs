using System;
using System.Collections.Generic;
using System.Linq;

namespace TlsMgr.Testing;

/// <summary>The installed postconf(1), the reference for the meaning of main.cf. The tests require Postfix.</summary>
public static class Postconf
{
    private const string Path = "/usr/sbin/postconf";

    /// <summary>The names of all built-in parameters.</summary>
    public static IReadOnlySet<string> BuiltInNames { get; } =
        Run("-c", "/etc/postfix", "-d").Lines.Select(line => line.Split(' ')[0]).ToHashSet();

    public static CommandOutput Run(params IEnumerable<string> arguments) => CommandOutput.Of(Path, arguments);

    /// <summary>A value as postconf prints it.</summary>
    public static string Print(string value) =>
        string.Join(' ', value.Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries));
}
