using System.Collections.Generic;

namespace TlsMgr.Rig.Scenarios;

/// <summary>One of the kinds of TLS resumption, each with a listener and a delivery service of its own.</summary>
/// <param name="Title">The title in reports.</param>
/// <param name="Service">Part of the program's name in the log, and the name of the delivery service.</param>
/// <param name="Protocol">The only TLS version that the listener accepts, in Postfix's spelling.</param>
/// <param name="OpenSslOption">The option of s_client(1) for that version.</param>
/// <param name="UsesTickets">Whether the server keeps sessions in tickets, not in its cache.</param>
/// <param name="Port">The listener's port on 127.0.0.1.</param>
internal sealed record Scenario(
    string Title, string Service, string Protocol, string OpenSslOption, bool UsesTickets, int Port)
{
    internal const int Count = 4;

    /// <summary>The recipient domain that is routed through this scenario.</summary>
    internal string Domain => $"{Service}.rig.test";

    internal static IReadOnlyList<Scenario> All(IReadOnlyList<int> ports) =>
    [
        new("TLS 1.2 session id", "tls12-id", "TLSv1.2", "-tls1_2", UsesTickets: false, ports[0]),
        new("TLS 1.2 ticket", "tls12-ticket", "TLSv1.2", "-tls1_2", UsesTickets: true, ports[1]),
        new("TLS 1.3 ticket", "tls13", "TLSv1.3", "-tls1_3", UsesTickets: true, ports[2]),
        new("TLS 1.3 session id", "tls13-id", "TLSv1.3", "-tls1_3", UsesTickets: false, ports[3]),
    ];
}
