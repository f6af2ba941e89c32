using System;
using System.Buffers;

namespace TlsMgr.Control.Client;

/// <summary>The grammar of a word of a reply that is printed as it is: 1 to 64 characters of [a-z0-9_-].</summary>
internal static class ReplyWord
{
    private const int MaximumBytes = 64;

    private static readonly SearchValues<byte> Characters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-"u8);

    /// <summary>Whether a word can be printed on a terminal, in JSON and in a label of Prometheus.</summary>
    internal static bool IsValid(ReadOnlySpan<byte> word) =>
        word.Length is > 0 and <= MaximumBytes && !word.ContainsAnyExcept(Characters);
}
