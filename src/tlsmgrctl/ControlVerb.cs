// What the verbs have in common that talk to the running daemon over its control socket.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using CommandLine;
using TlsMgr.Control.Service;
using TlsMgr.Control.Setup;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control;

/// <summary>A verb that connects to the control socket of the installation that <c>-c</c> names.</summary>
internal abstract class ControlVerb : Verb
{
    private static readonly string[] Caches = ["smtpd", "smtp", "lmtp"];

    [Option('c', Min = 1, Max = 1, MetaValue = "DIRECTORY",
        HelpText = "Where main.cf is. Default: MAIL_CONFIG, else /etc/postfix.")]
    public IEnumerable<string> Directory { get; set; } = [];

    [Option("json", HelpText = "JSON.")]
    public bool Json { get; set; }

    internal override void Execute(TextWriter output, Log log)
    {
        CheckArguments();
        Installation installation = Installation.Load(Directory.SingleOrDefault(), log);
        string name = installation.Parameters.ControlSocketName;
        if (name.Length == 0)
        {
            throw new NoAnswerException("there is no control socket: tlsmgr_control_socket is empty");
        }

        using ServiceConnection connection = ServiceConnection.Open($"{installation.Postfix.DataDirectory}/{name}");
        Status = Execute(connection, output) ? ExitStatus.Good : ExitStatus.Negative;
    }

    /// <summary>Refuses what makes no sense.</summary>
    /// <exception cref="FatalException">An argument is at fault.</exception>
    private protected virtual void CheckArguments()
    {
    }

    /// <summary>Does it, and answers whether the daemon said yes.</summary>
    private protected abstract bool Execute(ServiceConnection connection, TextWriter output);

    /// <summary>Refuses the name of a cache that there is not.</summary>
    /// <exception cref="FatalException">There is no such cache.</exception>
    private protected static void CheckCache(string name)
    {
        if (Array.IndexOf(Caches, name) < 0)
        {
            throw new FatalException($"no cache {name}: smtpd, smtp or lmtp");
        }
    }

    /// <summary>Writes the outcome of a verb that does something: a line, or JSON.</summary>
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
