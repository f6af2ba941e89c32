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
        Installation installation = Installation.Load(Directory, log);
        (bool isDone, FieldList result) = NoReplyException.OrAgain(() => Run(installation));
        Status = isDone ? ExitStatus.Good : ExitStatus.Negative;
        result.Write(output, Json);
    }

    private (bool IsDone, FieldList Result) Run(Installation installation)
    {
        using ServiceConnection connection = ServiceConnection.Open(installation.ServiceSocket);
        FieldList result = new();
        bool isDone = Execute(connection, result);
        Verify(installation, connection);
        return (isDone, result);
    }

    /// <summary>Checks what else the verb was asked for, while the daemon still has this client.</summary>
    /// <exception cref="NoReplyException">It is not so.</exception>
    private protected virtual void Verify(Installation installation, ServiceConnection connection)
    {
    }

    /// <summary>Runs the verb; returns whether the daemon has what was requested.</summary>
    /// <param name="connection">The service socket.</param>
    /// <param name="result">The destination of the result.</param>
    internal abstract bool Execute(ServiceConnection connection, FieldList result);
}
