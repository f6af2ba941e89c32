using System.Collections.Generic;
using System.IO;
using CommandLine;
using TlsMgr.Control.Client;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control.Verbs;

/// <summary>One verb of tlsmgrctl, with its options as CommandLineParser sets them.</summary>
internal abstract class Verb
{
    /// <summary>Words behind the arguments of the verb: the parser itself ignores them.</summary>
    [Value(int.MaxValue, Hidden = true)]
    public IEnumerable<string> Surplus { get; set; } = [];

    /// <summary>The exit status after <see cref="Execute"/>, one of <see cref="ExitStatus"/>.</summary>
    internal int Status { get; private protected set; }

    /// <summary>Runs the verb.</summary>
    /// <param name="output">The destination of the result, and of nothing else.</param>
    /// <param name="log">The destination of warnings.</param>
    /// <exception cref="FatalException">A fault of arguments or configuration, in Postfix's words.</exception>
    /// <exception cref="NoReplyException">tlsmgr cannot be reached, or sends no reply or a malformed one.</exception>
    internal abstract void Execute(TextWriter output, Log log);
}
