using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;

namespace TlsMgr.Rig.Scenarios;

/// <summary>
/// Delivers messages from sender to receiver: smtp(8) is the client, and the sender's tlsmgr stores its session.
/// </summary>
internal static partial class Delivery
{
    [GeneratedRegex(@"TLS connection established to \S+: (?<protocol>\S+) with cipher (?<cipher>\S+)")]
    private static partial Regex Established { get; }

    internal static Handshake Send(Rig rig, Scenario scenario, bool isSecond, CancellationToken cancellation)
    {
        string recipient = $"{(isSecond ? "second" : "first")}@{scenario.Domain}";
        LogFile log = rig.Sender.Log;
        int mark = rig.Receiver.Log.Read().Count;
        rig.Sender.Submit(recipient, cancellation);
        LogLine result = log.Await(
            line => line.Text.Contains($"to=<{recipient}>", StringComparison.Ordinal)
                && line.Text.Contains("status=", StringComparison.Ordinal),
            cancellation)
            ?? throw new RigException($"the sender did not try to deliver to {recipient}");
        if (!result.Text.Contains("status=sent (250 ", StringComparison.Ordinal))
        {
            throw new RigException($"not delivered: {result.Text}");
        }

        // A delivery process serves one message (max_use=1), so all its lines belong to this delivery.
        List<string> texts =
        [
            .. log.Read()
                .Where(line => line.Program == result.Program && line.Pid == result.Pid)
                .Select(static line => line.Text),
        ];
        Match match = texts.Select(static text => Established.Match(text)).FirstOrDefault(static match => match.Success)
            ?? throw new RigException($"the message to {recipient} was sent without TLS");
        return new Handshake(
            scenario, "smtp", isSecond,
            texts.Exists(static text => text.EndsWith(": Reusing old session", StringComparison.Ordinal)),
            ServerSide.Observe(rig.Receiver.Log, mark, scenario, cancellation),
            match.Groups["protocol"].Value, match.Groups["cipher"].Value);
    }
}
