using System.IO.Enumeration;
using System.Text;

namespace TlsMgr.Control.Client;

/// <summary>
/// A pattern of cache ids: <c>*</c> stands for any bytes, <c>?</c> for one, and a backslash takes the next character
/// literally. Upper and lower case differ.
/// </summary>
/// <param name="pattern">The pattern.</param>
internal sealed class IdPattern(string pattern)
{
    /// <summary>Whether an id matches.</summary>
    internal bool Matches(byte[] id) =>
        FileSystemName.MatchesSimpleExpression(pattern, Encoding.Latin1.GetString(id), ignoreCase: false);
}
