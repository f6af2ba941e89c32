using System.Globalization;
using System.IO;
using System.Text;
using System.Text.RegularExpressions;

namespace TlsMgr.Differential.Drivers;

/// <summary>
/// The version of a Postfix program, read from the program itself, or else from the master(8) beside it.
/// </summary>
/// <param name="Text">As in <c>mail_version</c>: <c>3.7.11</c>.</param>
/// <param name="Major">Its first two numbers, the second as thousandths: 3.007.</param>
internal sealed partial record PostfixVersion(string Text, decimal Major)
{
    private const decimal FirstWithGreeting = 3.006m;

    /// <summary>
    /// The number of attribute lists that a daemon of this version sends before any request: 1 since 3.6.
    /// </summary>
    internal int Greetings => Major >= FirstWithGreeting ? 1 : 0;

    /// <summary>Its first two numbers: <c>3.7</c>.</summary>
    internal string ShortText => string.Join('.', Text.Split('.', '-')[..2]);

    /// <summary>Reads the version from a program.</summary>
    /// <exception cref="IOException">The program cannot be read, or is not part of Postfix.</exception>
    internal static PostfixVersion Of(string program)
    {
        Match match = Marked().Match(Read(program));
        if (!match.Success)
        {
            // Debian's 3.11 has no "mail_version=" mark. Its master(8) holds the bare number, and no other text of that
            // form.
            match = Bare().Match(Read(Path.Combine(Path.GetDirectoryName(program)!, "master")));
        }

        return match.Success
            ? new PostfixVersion(match.Groups[1].Value, Number(match.Groups[2].Value) + (Number(match.Groups[3].Value) / 1000))
            : throw new IOException($"{program}: no version in it or in the master beside it: not a program of Postfix");
    }

    public override string ToString() => Text;

    private static string Read(string program) => Encoding.Latin1.GetString(File.ReadAllBytes(program));

    private static decimal Number(string digits) => decimal.Parse(digits, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"mail_version=((\d+)\.(\d+)[^\0]*)\0")]
    private static partial Regex Marked();

    [GeneratedRegex(@"\0((\d+)\.(\d+)[.-][^\0]*)\0")]
    private static partial Regex Bare();
}
