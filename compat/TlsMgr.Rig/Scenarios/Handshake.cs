namespace TlsMgr.Rig.Scenarios;

/// <summary>The origin of a session.</summary>
internal enum Session
{
    /// <summary>A full handshake.</summary>
    New,

    /// <summary>The server's cache.</summary>
    FromCache,

    /// <summary>A ticket that the server decrypted.</summary>
    FromTicket,
}

/// <summary>One TLS handshake as both sides report it.</summary>
/// <param name="Scenario">The kind of resumption under test.</param>
/// <param name="Client">The client program: <c>openssl</c> or <c>smtp</c>.</param>
/// <param name="IsSecond">Whether there was an earlier session to resume.</param>
/// <param name="ClientReused">Whether the client reports a resumed session.</param>
/// <param name="Server">The origin that the server reports.</param>
/// <param name="Protocol">The negotiated TLS version, from the client.</param>
/// <param name="Cipher">The negotiated cipher, from the client.</param>
internal sealed record Handshake(
    Scenario Scenario, string Client, bool IsSecond, bool ClientReused, Session Server, string Protocol, string Cipher)
{
    /// <summary>The first difference from the expected handshake; null when there is none.</summary>
    internal string? Fault
    {
        get
        {
            Session expected = !IsSecond ? Session.New : Scenario.UsesTickets ? Session.FromTicket : Session.FromCache;
            if (Protocol != Scenario.Protocol)
            {
                return $"the protocol is {Protocol}, not {Scenario.Protocol}";
            }

            if (Server != expected)
            {
                return $"the server reports {Describe(Server)}, not {Describe(expected)}";
            }

            return ClientReused == IsSecond
                ? null
                : $"the client reports {(ClientReused ? "reused" : "new")}, the server {Describe(Server)}";
        }
    }

    internal static string Describe(Session session) => session switch
    {
        Session.FromCache => "reused from cache",
        Session.FromTicket => "reused by ticket",
        _ => "new",
    };
}

/// <summary>The result of one attempt: a handshake, or the reason why there was none.</summary>
/// <param name="Name">Scenario, client, and whether it is the first or the second connection.</param>
/// <param name="Handshake">The handshake; null when there was none.</param>
/// <param name="Fault">The fault; null when the handshake is as expected.</param>
internal sealed record Attempt(string Name, Handshake? Handshake, string? Fault);
