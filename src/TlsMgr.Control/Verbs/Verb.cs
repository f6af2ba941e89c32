// What every verb of tlsmgrctl is: its options as CommandLineParser fills them in, and what it does.

using System.Collections.Generic;
using System.IO;
using CommandLine;
using TlsMgr.Control.Client;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control.Verbs;

/// <summary>One verb with its options.</summary>
internal abstract class Verb
{
    /// <summary>Words behind those that the verb takes: the parser by itself says nothing of them.</summary>
    [Value(int.MaxValue, Hidden = true)]
    public IEnumerable<string> Surplus { get; set; } = [];

    /// <summary>The exit status after <see cref="Execute"/>, one of <see cref="ExitStatus"/>.</summary>
    internal int Status { get; private protected set; }

    /// <summary>Does it.</summary>
    /// <param name="output">Takes what was asked for, and nothing else.</param>
    /// <param name="log">Takes warnings.</param>
    /// <exception cref="FatalException">It cannot be done; in Postfix's words where Postfix has some.</exception>
    /// <exception cref="NoAnswerException">tlsmgr is not there, or does not answer in time.</exception>
    internal abstract void Execute(TextWriter output, Log log);
}
