using System.IO;
using CommandLine;
using TlsMgr.Control.Client;

namespace TlsMgr.Control.Verbs;

/// <summary>
/// The verb rotate: makes a new ticket key the current one; the previous one still decrypts, unless it is erased.
/// </summary>
[Verb("rotate", HelpText = "Make a new session ticket key the current one.")]
internal sealed class RotateVerb : ControlVerb
{
    [Option("now", HelpText = "Erase all other keys, also those kept for the next process: after a theft.")]
    public bool Now { get; set; }

    internal override bool Execute(ServiceConnection connection, TextWriter output)
    {
        int status = ControlRequests.Rotate(connection, Now);
        string outcome = status switch
        {
            0 => "rotated",
            -1 => "not done: the pool makes the keys (tlsmgrctl pool rotate), or smtpd_tls_session_cache_timeout is 0",
            _ when Now => "not done: the kept keys could not be erased, no key could be made, or an older daemon runs",
            _ => "no key could be made",
        };
        WriteOutcome(output, outcome, writer => writer.WriteBoolean("rotated", status == 0));
        return status == 0;
    }
}
