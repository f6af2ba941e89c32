// The $name language of main.cf: $name, ${name}, ${name?text}, ${name?{a}:{b}}, ${{a} == {b} ? {c} : {d}}
// (postconf(5)). The order of the warnings is that of Postfix, too. A value that refers to itself is an error: the
// nesting limit ends the recursion.

using System;
using System.Text;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Postfix.Config;

/// <summary>Expands parameter values.</summary>
/// <param name="lookup">Returns the unexpanded value of a name; null for an unknown name.</param>
/// <param name="log">Receives a warning for each fault of a value.</param>
internal sealed class MacroExpansion(Func<string, string?> lookup, Log log)
{
    private const int NestingLimit = 100;

    // Whether the value being expanded exceeded the nesting limit. Two operands that both refer to themselves would
    // double the work at every level, so the second operand is skipped from then on.
    private bool _isTooDeep;

    /// <summary>Expands a value completely.</summary>
    /// <exception cref="FatalException">The value has a fault, which was logged as a warning.</exception>
    internal string Expand(string value)
    {
        _isTooDeep = false;
        StringBuilder result = new();
        return Expand(value, 0, result)
            ? result.ToString()
            : throw new FatalException("dictionary mail_dict: macro processing error");
    }

    // After a faulty reference nothing more is expanded; the rest is only checked for unterminated references.
    private bool Expand(string text, int depth, StringBuilder result)
    {
        bool isGood = true;
        bool isStopped = false;
        int position = 0;
        while (position < text.Length)
        {
            string? node = TakeNode(text, ref position, out MacroNodeKind kind);
            if (node is null)
            {
                return false;
            }

            if (isStopped)
            {
                continue;
            }

            isGood &= ExpandNode(node, kind, depth, result);
            isStopped = !isGood && kind != MacroNodeKind.Literal;
        }

        return isGood;
    }

    private bool ExpandNode(string node, MacroNodeKind kind, int depth, StringBuilder result)
    {
        if (depth > NestingLimit)
        {
            log.Warning($"unreasonable macro call nesting: \"{node}\"");
            _isTooDeep = true;
            return false;
        }

        switch (kind)
        {
            case MacroNodeKind.Name:
                return ExpandName(node, depth, result);
            case MacroNodeKind.Reference:
                return ExpandReference(node, depth, result);
            default:
                result.Append(node);
                return true;
        }
    }

    // Takes a run of plain text, with $$ as $, or the inside of one reference. Null, after a warning, for an
    // unterminated or an empty reference.
    private string? TakeNode(string text, ref int position, out MacroNodeKind kind)
    {
        kind = MacroNodeKind.Literal;
        StringBuilder literal = new();
        while (position < text.Length && (text[position] != '$' || text.AsSpan(position).StartsWith("$$")))
        {
            literal.Append(text[position]);
            position += text[position] == '$' ? 2 : 1;
        }

        return literal.Length > 0 ? literal.ToString() : TakeReference(text, ref position, out kind);
    }

    private string? TakeReference(string text, ref int position, out MacroNodeKind kind)
    {
        int start = position + 1;
        bool isBraced = start < text.Length && text[start] is '{' or '(';
        int end = isBraced
            ? MacroScanner.FindClosing(text, start, text[start], text[start] == '{' ? '}' : ')')
            : MacroScanner.FindNameEnd(text, start);
        kind = isBraced ? MacroNodeKind.Reference : MacroNodeKind.Name;
        if (end < 0)
        {
            log.Warning($"truncated macro reference: \"{text}\"");
            return null;
        }

        start += isBraced ? 1 : 0;
        position = isBraced ? end + 1 : end;
        if (start == end)
        {
            log.Warning($"empty macro name: \"{text}\"");
            return null;
        }

        return text[start..end];
    }

    private bool ExpandName(string name, int depth, StringBuilder result) =>
        lookup(name) is not string value || Expand(value, depth + 1, result);

    private bool ExpandReference(string inside, int depth, StringBuilder result)
    {
        MacroScanner scanner = new(inside, log.Warning);
        scanner.SkipWhiteSpace();
        if (scanner.IsAtBrace)
        {
            return ExpandComparison(scanner, depth, result);
        }

        if (scanner.TakeName() is not string name)
        {
            return false;
        }

        if (scanner.IsAtEnd)
        {
            return ExpandName(name, depth, result);
        }

        // The unexpanded value decides: a value that expands to nothing is not empty.
        return ExpandChoice(scanner, lookup(name) is { Length: > 0 }, depth, result);
    }

    private bool ExpandComparison(MacroScanner scanner, int depth, StringBuilder result)
    {
        if (scanner.TakeBraced() is not string left
            || scanner.TakeOperator(left) is not MacroOperator comparison
            || scanner.TakeBraced() is not string right)
        {
            return false;
        }

        StringBuilder leftValue = new();
        StringBuilder rightValue = new();
        bool areGood = Expand(left, depth + 1, leftValue);
        areGood &= _isTooDeep || Expand(right, depth + 1, rightValue);
        if (!areGood || comparison.Compare(leftValue.ToString(), rightValue.ToString(), log.Warning) is not bool holds)
        {
            return false;
        }

        scanner.SkipWhiteSpace();
        if (scanner.IsAtEnd)
        {
            result.Append(holds ? "true" : "");
            return true;
        }

        return ExpandChoice(scanner, holds, depth, result);
    }

    // "?text", "?{text}", "?{text}:text", ":text": white space is significant only in a text without braces.
    private bool ExpandChoice(MacroScanner scanner, bool condition, int depth, StringBuilder result)
    {
        if (scanner.Take(':'))
        {
            return ExpandLast(scanner, !condition, depth, result);
        }

        if (!scanner.Take('?'))
        {
            scanner.Warn("\"?\" or \":\" expected", "}");
            return false;
        }

        string unbraced = scanner.Rest;
        scanner.SkipWhiteSpace();
        if (!scanner.IsAtBrace)
        {
            return !condition || Expand(unbraced, depth + 1, result);
        }

        if (scanner.TakeBraced() is not string text)
        {
            return false;
        }

        bool isGood = !condition || Expand(text, depth + 1, result);
        scanner.SkipWhiteSpace();
        if (scanner.IsAtEnd)
        {
            return isGood;
        }

        if (!scanner.Take(':'))
        {
            scanner.Warn("\":\" expected", text + "}");
            return false;
        }

        return ExpandLast(scanner, !condition, depth, result) && isGood;
    }

    private bool ExpandLast(MacroScanner scanner, bool isSelected, int depth, StringBuilder result)
    {
        string text = scanner.Rest;
        scanner.SkipWhiteSpace();
        if (!scanner.IsAtBrace)
        {
            return !isSelected || Expand(text, depth + 1, result);
        }

        if (scanner.TakeBraced() is not string braced)
        {
            return false;
        }

        bool isGood = !isSelected || Expand(braced, depth + 1, result);
        scanner.SkipWhiteSpace();
        if (!scanner.IsAtEnd)
        {
            scanner.Warn("unexpected input", braced + "}");
            return false;
        }

        return isGood;
    }
}
