using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace TlsMgr.Testing;

/// <summary>Parses the Python literals of the recordings: strings, byte strings, lists and tuples of strings.</summary>
public sealed class RecordingLiteral(string text)
{
    private int _position;

    /// <summary>Takes the next literal: one string, or the strings of a list or tuple.</summary>
    /// <exception cref="FormatException">There is no literal, or it has an unknown escape.</exception>
    public string[] Take()
    {
        SkipBlanks();
        if (text[_position] is not ('[' or '('))
        {
            return [TakeString()];
        }

        List<string> items = [];
        _position++;
        for (SkipBlanks(); text[_position] is not (']' or ')'); SkipBlanks())
        {
            items.Add(TakeString());
            SkipBlanks();
            _position += text[_position] == ',' ? 1 : 0;
        }

        _position++;
        return [.. items];
    }

    public bool IsNextList()
    {
        SkipBlanks();
        return text[_position] == '[';
    }

    public string TakeWord()
    {
        SkipBlanks();
        int start = _position;
        _position = text.IndexOf(' ', start);
        return text[start.._position];
    }

    private void SkipBlanks()
    {
        while (text[_position] == ' ')
        {
            _position++;
        }
    }

    private string TakeString()
    {
        _position += text[_position] == 'b' ? 1 : 0;
        char quote = text[_position++];
        if (quote is not ('\'' or '"'))
        {
            throw new FormatException($"no string at {_position - 1}: {text}");
        }

        StringBuilder value = new();
        while (text[_position] != quote)
        {
            value.Append(text[_position] == '\\' ? TakeEscape() : text[_position++]);
        }

        _position++;
        return value.ToString();
    }

    private char TakeEscape()
    {
        char letter = text[_position + 1];
        if (letter == 'x')
        {
            string digits = text.Substring(_position + 2, 2);
            _position += 4;
            return (char)int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        }

        _position += 2;
        return letter switch
        {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            '\\' or '\'' or '"' => letter,
            _ => throw new FormatException($"escape {letter}"),
        };
    }
}
