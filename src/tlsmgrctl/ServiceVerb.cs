// What the verbs have in common that ask the running daemon as its clients do, over the service socket. Must never send
// a request that changes anything.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using CommandLine;
using TlsMgr.Control.Setup;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control;

/// <summary>A verb that connects to <c>private/tlsmgr</c> of the installation that <c>-c</c> names.</summary>
internal abstract class ServiceVerb : Verb
{
    private static readonly string[] Caches = ["smtpd", "smtp", "lmtp"];

    [Option('c', Min = 1, Max = 1, MetaValue = "DIRECTORY",
        HelpText = "Where main.cf is. Default: MAIL_CONFIG, else /etc/postfix.")]
    public IEnumerable<string> Directory { get; set; } = [];

    [Option("json", HelpText = "One JSON object.")]
    public bool Json { get; set; }

    internal override void Execute(TextWriter output, Log log)
    {
        string path = Installation.Load(Directory.SingleOrDefault(), log).ServiceSocket;
        FieldList answer = new();
        Status = Ask(path, answer) ? ExitStatus.Good : ExitStatus.Negative;
        answer.Write(output, Json);
    }

    /// <summary>Asks, and answers whether the daemon said yes.</summary>
    /// <param name="path">The service socket.</param>
    /// <param name="answer">Takes what is to be shown.</param>
    private protected abstract bool Ask(string path, FieldList answer);

    /// <summary>The name of a cache as a request has it.</summary>
    /// <exception cref="FatalException">There is no such cache.</exception>
    private protected static string CheckCache(string name) => Array.IndexOf(Caches, name) >= 0
        ? name
        : throw new FatalException($"no cache {name}: smtpd, smtp or lmtp");
}
