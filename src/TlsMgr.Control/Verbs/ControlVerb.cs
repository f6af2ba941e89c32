using System;
using System.IO;
using System.Text.Json;
using TlsMgr.Control.Client;
using TlsMgr.Control.Output;
using TlsMgr.Control.Setup;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control.Verbs;

/// <summary>A verb that connects to the control socket of the installation that <c>-c</c> names.</summary>
internal abstract class ControlVerb : InstallationVerb
{
    internal override void Execute(TextWriter output, Log log)
    {
        CheckArguments();
        Execute(Installation.Load(Directory, log), output, log);
    }

    /// <summary>Runs the verb over a new connection.</summary>
    /// <param name="installation">The installation.</param>
    /// <param name="output">The destination of the result.</param>
    /// <param name="log">The destination of warnings.</param>
    private protected virtual void Execute(Installation installation, TextWriter output, Log log)
    {
        bool isDone = NoReplyException.OrAgain(() => Run(installation, output));
        Status = isDone ? ExitStatus.Good : ExitStatus.Negative;
    }

    private bool Run(Installation installation, TextWriter output)
    {
        using ServiceConnection connection = ControlConnection.Open(installation);
        return Execute(connection, output);
    }

    /// <summary>Runs the verb; returns whether the daemon did what was requested.</summary>
    internal abstract bool Execute(ServiceConnection connection, TextWriter output);

    /// <summary>Writes the outcome of a verb that changes something: a line, or JSON.</summary>
    private protected void WriteOutcome(TextWriter output, string line, Action<Utf8JsonWriter> writeMember)
    {
        if (!Json)
        {
            output.WriteLine(line);
            return;
        }

        JsonText.Write(output, writer =>
        {
            writer.WriteStartObject();
            writeMember(writer);
            writer.WriteEndObject();
        });
    }
}
