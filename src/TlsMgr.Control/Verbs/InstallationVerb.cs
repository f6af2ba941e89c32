using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using CommandLine;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control.Verbs;

/// <summary>A verb for one installation of Postfix, which <c>-c</c> names.</summary>
internal abstract class InstallationVerb : Verb
{
    private static readonly string[] Caches = ["smtpd", "smtp", "lmtp"];

    // A list of exactly one: the parser ignores a plain option without its value.
    [Option('c', Min = 1, Max = 1, MetaValue = "DIRECTORY",
        HelpText = "The directory of main.cf. Default: MAIL_CONFIG, else /etc/postfix.")]
    public IEnumerable<string> Directories { get; set; } = [];

    [Option("json", HelpText = "Print JSON instead of a table.")]
    public bool Json { get; set; }

    /// <summary>The directory of main.cf; null for the default.</summary>
    private protected string? Directory => Directories.SingleOrDefault();

    /// <summary>Checks the arguments, before the daemon is contacted.</summary>
    /// <exception cref="FatalException">An argument is at fault.</exception>
    internal virtual void CheckArguments()
    {
    }

    /// <summary>The number behind an option; null without the option.</summary>
    /// <param name="values">The option, a list of exactly one for the parser, like <c>-c</c>.</param>
    /// <param name="subject">The name of the number, for the error.</param>
    /// <param name="maximum">The maximum; the minimum is 1.</param>
    /// <exception cref="FatalException">It is no number from 1 to the maximum.</exception>
    private protected static int? ReadNumber(IEnumerable<string> values, string subject, int maximum)
    {
        if (values.SingleOrDefault() is not { } text)
        {
            return null;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && number >= 1 && number <= maximum
            ? number
            : throw new FatalException($"bad {subject} {text}: 1 to {maximum}");
    }

    /// <summary>Checks the name of a cache.</summary>
    /// <exception cref="FatalException">No cache has this name.</exception>
    private protected static void CheckCache(string name)
    {
        if (Array.IndexOf(Caches, name) < 0)
        {
            throw new FatalException($"no cache {name}: smtpd, smtp or lmtp");
        }
    }
}
