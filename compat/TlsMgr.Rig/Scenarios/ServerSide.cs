// smtpd(8) logs the handshake at smtpd_tls_loglevel 2. A listener's process serves one connection (max_use=1), so all
// lines of that process belong to that connection.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace TlsMgr.Rig.Scenarios;

/// <summary>Reads the server's half of a handshake from smtpd's log.</summary>
internal static class ServerSide
{
    /// <summary>
    /// The origin of the session in the first connection after a line of its log. Waits for the end of the
    /// connection, when all its lines are written.
    /// </summary>
    internal static Session Observe(LogFile log, int fromLine, Scenario scenario, CancellationToken cancellation)
    {
        string program = $"receiver/{scenario.Service}/smtpd";
        LogLine end = log.Await(
            line => line.Program == program && line.Text.StartsWith("disconnect from ", StringComparison.Ordinal),
            cancellation, fromLine)
            ?? throw new RigException($"{program} logged no end of the connection");
        IEnumerable<string> texts = log.Read(fromLine)
            .Where(line => line.Program == program && line.Pid == end.Pid)
            .Select(static line => line.Text);
        return Classify([.. texts]);
    }

    private static Session Classify(List<string> texts)
    {
        string? reuse = texts.Find(static text => text.Contains(": Reusing old session", StringComparison.Ordinal));
        if (reuse is null)
        {
            return Session.New;
        }

        return reuse.EndsWith("session ticket)", StringComparison.Ordinal) ? Session.FromTicket : Session.FromCache;
    }
}
