using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text.RegularExpressions;
using Shouldly;
using TlsMgr.Pool.Servers;
using TlsMgr.Postfix.Server;
using TlsMgr.Sessions;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Tests.Architecture;

/// <summary>docs/limits.md lists every limit with its value in the code and a reason.</summary>
public sealed partial class LimitTests
{
    private static readonly Assembly[] Libraries =
        [typeof(ServerLimits).Assembly, typeof(CacheLimits).Assembly, typeof(StoreLimits).Assembly];

    [Fact]
    public void The_table_of_limits_matches_the_code()
    {
        string[] documented = [.. File.ReadLines(Path.Combine(RepositoryRoot.Path, "docs", "limits.md"))
            .Select(line => Row().Match(line)).Where(match => match.Success)
            .Select(match => $"{match.Groups["name"].Value} = {match.Groups["value"].Value}")];

        documented.ShouldBe(
            Libraries.SelectMany(library => library.GetTypes())
                .Where(type => type.Name.EndsWith("Limits", StringComparison.Ordinal))
                .SelectMany(type => Constants(type).Concat(Properties(type))),
            ignoreOrder: true);
    }

    private static IEnumerable<string> Constants(Type type) =>
        type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
            .Where(field => field.IsLiteral)
            .Select(field => Describe(type, field.Name, Convert.ToInt64(field.GetRawConstantValue())));

    /// <summary>The limits that tests can override.</summary>
    private static IEnumerable<string> Properties(Type type) =>
        type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .Where(property => property.PropertyType == typeof(long))
            .Select(property => Describe(type, property.Name, (long)property.GetValue(CacheLimits.Default)!));

    private static string Describe(Type type, string name, long value)
    {
        string text = name switch
        {
            _ when name.EndsWith("Milliseconds", StringComparison.Ordinal) => $"{value} ms",
            _ when name.EndsWith("Seconds", StringComparison.Ordinal) => $"{value} s",
            _ when name.Contains("Bytes", StringComparison.Ordinal) => Bytes(value),
            _ => value.ToString(CultureInfo.InvariantCulture),
        };
        return $"{type.Name}.{name} = {text}";
    }

    private static string Bytes(long value)
    {
        string[] units = ["bytes", "KiB", "MiB", "GiB"];
        int unit = 0;
        while (value >= 1024 && value % 1024 == 0)
        {
            value /= 1024;
            unit++;
        }

        return $"{value} {units[unit]}";
    }

    [GeneratedRegex(@"^\| `(?<name>\w*Limits\.\w+)` \| (?<value>[^|]+?) \| [^|]{10,} \|$")]
    private static partial Regex Row();
}
