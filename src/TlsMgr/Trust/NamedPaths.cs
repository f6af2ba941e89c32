// The paths that the content of a map names: tafile=PATH in a TLS policy, and every path in a table of keys and
// certificates by name. Works on bytes as they come, for an indexed map is no text.

using System;
using System.Collections.Generic;
using System.Text;

namespace TlsMgr.Trust;

/// <summary>Collects paths.</summary>
/// <param name="takesAll">Whether every word that begins with a slash counts.</param>
internal sealed class NamedPaths(bool takesAll)
{
    private const int MaximumWordBytes = 4096;

    private readonly byte[] _word = new byte[MaximumWordBytes];
    private readonly List<string> _trustAnchors = [];
    private readonly List<string> _files = [];
    private int _length;

    /// <summary>The files of trust anchors that a policy names.</summary>
    internal IReadOnlyList<string> TrustAnchors => _trustAnchors;

    /// <summary>The other paths.</summary>
    internal IReadOnlyList<string> Files => _files;

    private static ReadOnlySpan<byte> TrustAnchor => "tafile="u8;

    /// <summary>Takes a part of the content.</summary>
    internal void Add(ReadOnlySpan<byte> part)
    {
        foreach (byte value in part)
        {
            if (IsSeparator(value))
            {
                End();
            }
            else if (_length < MaximumWordBytes)
            {
                _word[_length++] = value;
            }
        }
    }

    /// <summary>Takes a text.</summary>
    internal void Add(string text)
    {
        Add(Encoding.UTF8.GetBytes(text));
        End();
    }

    /// <summary>Ends the word that is under way.</summary>
    internal void End()
    {
        ReadOnlySpan<byte> word = _word.AsSpan(0, _length);
        _length = 0;
        if (word.StartsWith(TrustAnchor))
        {
            _trustAnchors.Add(Encoding.UTF8.GetString(word[TrustAnchor.Length..]));
        }
        else if (takesAll && word.Length > 1 && word[0] == '/')
        {
            _files.Add(Encoding.UTF8.GetString(word));
        }
    }

    private bool IsSeparator(byte value) =>
        value is <= (byte)' ' or (byte)',' or (byte)'{' or (byte)'}' or (byte)'"' or 0x7f
        || (takesAll && value == '=');
}
