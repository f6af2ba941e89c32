// Maps and paths in the value of a parameter: which files Postfix reads for them (DATABASE_README). Invariant:
// nothing is opened here.

using System;
using System.Collections.Generic;

namespace TlsMgr.Trust;

/// <summary>One map or path in a value.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">The word itself.</param>
/// <param name="Files">The files that it is read from.</param>
internal sealed record MapName(MapKind Kind, string Name, IReadOnlyList<string> Files)
{
    private const string Separators = ", \t\r\n";

    /// <summary>The maps and paths in a value, those inside of others included.</summary>
    /// <param name="value">The value: words between commas and blanks; braces hold together.</param>
    /// <param name="isMap">Whether a word with a colon is a map also when its type is not known.</param>
    internal static IEnumerable<MapName> In(string value, bool isMap)
    {
        foreach (string word in Words(value))
        {
            foreach (MapName name in OfWord(word.TrimStart('!'), isMap))
            {
                yield return name;
            }
        }
    }

    /// <summary>The words of a value: what stands in braces is in one word with them.</summary>
    internal static List<string> Words(string value)
    {
        List<string> words = [];
        int depth = 0;
        int start = 0;
        for (int i = 0; i <= value.Length; i++)
        {
            if (i == value.Length || (depth == 0 && Separators.Contains(value[i])))
            {
                if (i > start)
                {
                    words.Add(value[start..i]);
                }

                start = i + 1;
                continue;
            }

            depth = value[i] == '{' ? depth + 1 : value[i] == '}' && depth > 0 ? depth - 1 : depth;
        }

        return words;
    }

    private static IEnumerable<MapName> OfWord(string word, bool isMap)
    {
        if (word.StartsWith('/'))
        {
            return [new MapName(MapKind.Files, word, [word])];
        }

        if (word.StartsWith('{'))
        {
            return In(Inside(word), isMap);
        }

        int colon = word.IndexOf(':', StringComparison.Ordinal);
        return colon < 0
            ? isMap ? [new MapName(MapKind.Elsewhere, word, [])] : []
            : OfType(word, word[..colon], word[(colon + 1)..], isMap);
    }

    private static IEnumerable<MapName> OfType(string word, string type, string name, bool isMap)
    {
        switch (type)
        {
            // From 3.11 on, Debian's Postfix may read hash: and btree: from the file of another type.
            case "hash" or "btree":
                return [new MapName(MapKind.Files, word, [$"{name}.db", $"{name}.lmdb", $"{name}.cdb"])];
            case "lmdb" or "cdb":
                return [new MapName(MapKind.Files, word, [$"{name}.{type}"])];
            case "dbm" or "sdbm":
                return [new MapName(MapKind.Files, word, [$"{name}.dir", $"{name}.pag"])];
            case "texthash" or "regexp" or "pcre" or "cidr" when !name.StartsWith('{'):
                return [new MapName(MapKind.Files, word, [name])];
            case "texthash" or "regexp" or "pcre" or "cidr" or "inline" or "static" or "randmap" or "fail":
                return [new MapName(MapKind.Text, name, [])];
            case "proxy" or "debug":
                return OfWord(name, isMap);
            case "pipemap" or "unionmap":
                return In(Inside(name), isMap: true);
            case "mysql" or "pgsql" or "sqlite" or "ldap" or "mongodb" or "memcache" or "socketmap" or "tcp" or "nis"
                or "nisplus" or "netinfo" or "environ" or "unix" or "internal":
                return [new MapName(MapKind.Elsewhere, word, [])];
            default:
                return isMap ? [new MapName(MapKind.Elsewhere, word, [])] : [];
        }
    }

    private static string Inside(string word) =>
        word.StartsWith('{') && word.EndsWith('}') ? word[1..^1] : word.TrimStart('{');
}
