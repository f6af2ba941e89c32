// What the verbs have in common that are about one installation of Postfix: where it is, and how to print.

using System;
using System.Collections.Generic;
using System.Linq;
using CommandLine;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control;

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

    /// <summary>The name of a cache as a request has it.</summary>
    /// <exception cref="FatalException">There is no such cache.</exception>
    private protected static string CheckCache(string name) => Array.IndexOf(Caches, name) >= 0
        ? name
        : throw new FatalException($"no cache {name}: smtpd, smtp or lmtp");
}
