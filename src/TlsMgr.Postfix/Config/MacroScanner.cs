using System;
using System.Collections.Generic;

namespace TlsMgr.Postfix.Config;

/// <summary>
/// Scans the inside of one macro reference: names, <c>{texts}</c>, operators. A syntax error is passed to
/// <paramref name="warn"/> in Postfix's words and reported as null or false. Nothing is expanded.
/// </summary>
/// <param name="text">The inside of <c>${...}</c>.</param>
/// <param name="warn">Logs a warning.</param>
internal sealed class MacroScanner(string text, Action<string> warn)
{
    private const int ContextLength = 20;
    private const string OperatorCharacters = "<>!=?+-*/~&|%";

    private int _position;

    internal bool IsAtEnd => _position == text.Length;

    internal bool IsAtBrace => !IsAtEnd && text[_position] == '{';

    /// <summary>The remaining text, verbatim.</summary>
    internal string Rest => text[_position..];

    internal void SkipWhiteSpace() => _position = NameValueText.SkipWhiteSpace(text, _position);

    /// <summary>Consumes a character if it is the next one.</summary>
    internal bool Take(char character)
    {
        bool isNext = !IsAtEnd && text[_position] == character;
        _position += isNext ? 1 : 0;
        return isNext;
    }

    /// <summary>
    /// Consumes a name, perhaps empty, that the end, <c>?</c> or <c>:</c> follows; null when anything else follows.
    /// </summary>
    internal string? TakeName()
    {
        int start = _position;
        int end = _position = FindNameEnd(text, start);
        SkipWhiteSpace();
        if (IsAtEnd || text[_position] is '?' or ':')
        {
            return text[start..end];
        }

        _position = end;
        Warn("attribute name syntax error", text[..end]);
        return null;
    }

    /// <summary>Consumes a <c>{text}</c> and returns its inside; null when the closing brace is missing.</summary>
    internal string? TakeBraced()
    {
        int end = FindClosing(text, _position, '{', '}');
        if (end < 0)
        {
            warn($"unbalanced {{}} in attribute expression: \"{Rest}\"");
            return null;
        }

        string inside = text[(_position + 1)..end];
        _position = end + 1;
        return inside;
    }

    /// <summary>Consumes the comparison after the operand <paramref name="left"/>; null when there is none.</summary>
    internal MacroOperator? TakeOperator(string left)
    {
        SkipWhiteSpace();
        int start = _position;
        string symbol = text[start..SkipWhile(OperatorCharacters.Contains)];
        if (symbol is not ("==" or "!=" or "<" or "<=" or ">=" or ">"))
        {
            _position = start;
            Warn("\"==\" or \"!=\"\" or \"<\"\" or \"<=\"\" or \">=\"\" or \">\" expected", left + "}");
            return null;
        }

        start = _position;
        string suffix = text[start..SkipWhile(char.IsAsciiLetterOrDigit)];
        if (suffix is not ("" or "level"))
        {
            warn($"bad operator suffix at: \"...{symbol}>>>{suffix}\"");
            return null;
        }

        start = _position;
        SkipWhiteSpace();
        if (!IsAtBrace)
        {
            _position = start;
            Warn("\"{expression}\" expected", $"{{{left}}} {symbol}");
            return null;
        }

        return new MacroOperator(symbol, suffix.Length > 0);
    }

    /// <summary>Warns of an error at the current position, quoting the text before and after it.</summary>
    internal void Warn(string what, string before) =>
        warn($"{what} at: \"...{before}>>>{text.AsSpan(_position, int.Min(ContextLength, text.Length - _position))}\"");

    /// <summary>Returns the index after the name, perhaps empty, at <paramref name="start"/>.</summary>
    internal static int FindNameEnd(string text, int start)
    {
        int end = start;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))
        {
            end++;
        }

        return end;
    }

    /// <summary>
    /// Returns the index of the closing character that matches the opening one at <paramref name="start"/>, or -1.
    /// </summary>
    internal static int FindClosing(string text, int start, char opening, char closing)
    {
        int depth = 0;
        for (int i = start; i < text.Length; i++)
        {
            depth += text[i] == opening ? 1 : text[i] == closing ? -1 : 0;
            if (depth == 0)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Returns the names that a value refers to, also in alternatives that are not selected.</summary>
    internal static IEnumerable<string> References(string text)
    {
        for (int i = 0; i < text.Length - 1; i++)
        {
            if (text[i] != '$')
            {
                continue;
            }

            i++;
            int start = text[i] is '{' or '(' ? NameValueText.SkipWhiteSpace(text, i + 1) : i;
            int end = FindNameEnd(text, start);
            if (end > start)
            {
                yield return text[start..end];
            }
        }
    }

    private int SkipWhile(Predicate<char> matches)
    {
        while (!IsAtEnd && matches(text[_position]))
        {
            _position++;
        }

        return _position;
    }
}
