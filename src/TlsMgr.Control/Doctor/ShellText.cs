using System;
using System.Linq;

namespace TlsMgr.Control.Doctor;

/// <summary>Words for a shell.</summary>
internal static class ShellText
{
    private const string Plain = "_-./:=,+@%";

    /// <summary>A word as a shell takes it literally: in quotes where it holds what a shell could take.</summary>
    internal static string Quote(string word) => word.Length > 0 && word.All(IsPlain) ? word : Quoted(word);

    /// <summary>A word in quotes, whatever it holds.</summary>
    internal static string Quoted(string word) => $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    private static bool IsPlain(char character) => char.IsAsciiLetterOrDigit(character) || Plain.Contains(character);
}
