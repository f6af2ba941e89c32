using System.IO;
using TlsMgr.Control.Client;
using TlsMgr.Control.Output;
using TlsMgr.Control.Setup;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control.Verbs;

/// <summary>
/// A verb that connects to <c>private/tlsmgr</c> of the installation that <c>-c</c> names, as a client of the daemon.
/// Invariant: its requests change nothing.
/// </summary>
internal abstract class ServiceVerb : InstallationVerb
{
    internal override void Execute(TextWriter output, Log log)
    {
        CheckArguments();
        string path = Installation.Load(Directory, log).ServiceSocket;
        (bool isDone, FieldList result) = NoReplyException.OrAgain(() => Run(path));
        Status = isDone ? ExitStatus.Good : ExitStatus.Negative;
        result.Write(output, Json);
    }

    private (bool IsDone, FieldList Result) Run(string path)
    {
        using ServiceConnection connection = ServiceConnection.Open(path);
        FieldList result = new();
        return (Execute(connection, result), result);
    }

    /// <summary>Runs the verb; returns whether the daemon has what was requested.</summary>
    /// <param name="connection">The service socket.</param>
    /// <param name="result">The destination of the result.</param>
    internal abstract bool Execute(ServiceConnection connection, FieldList result);
}
