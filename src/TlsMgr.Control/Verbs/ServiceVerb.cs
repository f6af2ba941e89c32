// What the verbs have in common that ask the running daemon as its clients do, over the service socket. Must never send
// a request that changes anything.

using System.IO;
using TlsMgr.Control.Output;
using TlsMgr.Control.Setup;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control.Verbs;

/// <summary>A verb that connects to <c>private/tlsmgr</c> of the installation that <c>-c</c> names.</summary>
internal abstract class ServiceVerb : InstallationVerb
{
    internal override void Execute(TextWriter output, Log log)
    {
        string path = Installation.Load(Directory, log).ServiceSocket;
        FieldList answer = new();
        Status = Ask(path, answer) ? ExitStatus.Good : ExitStatus.Negative;
        answer.Write(output, Json);
    }

    /// <summary>Asks, and answers whether the daemon said yes.</summary>
    /// <param name="path">The service socket.</param>
    /// <param name="answer">Takes what is to be shown.</param>
    private protected abstract bool Ask(string path, FieldList answer);
}
