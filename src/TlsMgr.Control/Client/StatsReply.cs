// Figures are an open list: a newer daemon may count more. Their names are printed as they are, and so keep a grammar:
// parts of [a-z0-9_-], separated by single periods.

using System;
using System.Collections.Generic;
using System.Text;

namespace TlsMgr.Control.Client;

/// <summary>The figures of a reply to stats.</summary>
internal static class StatsReply
{
    private const int MaximumFigures = 1024;
    private const int MaximumNameBytes = 64;
    private const byte Separator = (byte)'.';

    private const int PartsOfCacheFigure = 3;

    /// <summary>Reads the figures behind the status, with their names in the daemon's order.</summary>
    /// <exception cref="NoReplyException">
    /// A name breaks the grammar or is repeated, a number is malformed or negative, or there are too many.
    /// </exception>
    internal static List<KeyValuePair<string, long>> Read(ref ReplyReader reader)
    {
        List<KeyValuePair<string, long>> figures = [];
        HashSet<string> names = [];
        ReadOnlySpan<byte> rest = reader.Bytes;
        Next(ref rest);
        Next(ref rest);
        while (rest.Length > 1)
        {
            ReadOnlySpan<byte> bytes = Next(ref rest);
            string name = IsName(bytes)
                ? Encoding.ASCII.GetString(bytes)
                : throw reader.Malformed("a figure has a name that is not allowed");
            long value = reader.ParseLong(Next(ref rest));
            if (value < 0)
            {
                throw reader.Malformed($"the figure {name} is negative");
            }

            if (!names.Add(name))
            {
                throw reader.Malformed($"the figure {name} is there twice");
            }

            figures.Add(new(name, value));
            if (figures.Count > MaximumFigures)
            {
                throw reader.Malformed("there are too many figures");
            }
        }

        return figures;
    }

    /// <summary>The bytes up to the next NUL, which is skipped.</summary>
    internal static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> rest)
    {
        int length = rest.IndexOf((byte)0);
        ReadOnlySpan<byte> text = rest[..length];
        rest = rest[(length + 1)..];
        return text;
    }

    /// <summary>Whether a name keeps the grammar; the names of info keep it, too.</summary>
    internal static bool IsName(ReadOnlySpan<byte> name)
    {
        if (name.Length is 0 or > MaximumNameBytes)
        {
            return false;
        }

        int parts = 0;
        ReadOnlySpan<byte> group = default;
        ReadOnlySpan<byte> last = default;
        foreach (Range range in name.Split(Separator))
        {
            last = name[range];
            if (!ReplyWord.IsValid(last))
            {
                return false;
            }

            group = parts == 0 ? last : group;
            parts++;
        }

        // info, caches and hit_ratio are names that the JSON of stats has for itself.
        return !group.SequenceEqual("caches"u8) && !group.SequenceEqual("info"u8)
            && (!group.SequenceEqual("cache"u8)
                || (parts >= PartsOfCacheFigure && !last.SequenceEqual("hit_ratio"u8)));
    }
}
