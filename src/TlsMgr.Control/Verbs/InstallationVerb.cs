// What the verbs have in common that are about one installation of Postfix: where it is, and how to print.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using CommandLine;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control.Verbs;

/// <summary>A verb about the installation that <c>-c</c> names.</summary>
internal abstract class InstallationVerb : Verb
{
    private static readonly string[] Caches = ["smtpd", "smtp", "lmtp"];

    // A list of exactly one: the parser takes a plain option without its value for one that was not given.
    [Option('c', Min = 1, Max = 1, MetaValue = "DIRECTORY",
        HelpText = "Where main.cf is. Default: MAIL_CONFIG, else /etc/postfix.")]
    public IEnumerable<string> Directories { get; set; } = [];

    [Option("json", HelpText = "Print JSON instead of a table.")]
    public bool Json { get; set; }

    /// <summary>The directory that was named; null for the usual place.</summary>
    private protected string? Directory => Directories.SingleOrDefault();

    /// <summary>The number that an option was given; null when it was not.</summary>
    /// <param name="values">The option, a list of exactly one for the parser, like <c>-c</c>.</param>
    /// <param name="what">What it is, for the complaint.</param>
    /// <param name="most">The greatest that it may be; 1 is the least.</param>
    /// <exception cref="FatalException">It is no such number.</exception>
    private protected static int? ReadNumber(IEnumerable<string> values, string what, int most)
    {
        if (values.SingleOrDefault() is not { } text)
        {
            return null;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && number >= 1 && number <= most
            ? number
            : throw new FatalException($"bad {what} {text}: 1 to {most}");
    }

    /// <summary>The name of a cache as a request has it.</summary>
    /// <exception cref="FatalException">There is no such cache.</exception>
    private protected static string CheckCache(string name) => Array.IndexOf(Caches, name) >= 0
        ? name
        : throw new FatalException($"no cache {name}: smtpd, smtp or lmtp");
}
