// What one TLS handshake was, as both sides tell, and what it should have been.

namespace TlsMgr.Rig.Scenarios;

/// <summary>Where a session came from.</summary>
internal enum Session
{
    /// <summary>Nowhere: a full handshake.</summary>
    New,

    /// <summary>The server's cache.</summary>
    FromCache,

    /// <summary>A ticket that the server could decrypt.</summary>
    FromTicket,
}

/// <summary>One handshake.</summary>
/// <param name="Scenario">The way to resume under test.</param>
/// <param name="Client">Who connected: <c>openssl</c> or <c>smtp</c>.</param>
/// <param name="IsSecond">Whether an earlier session could be resumed.</param>
/// <param name="ClientReused">Whether the client says so.</param>
/// <param name="Server">What the server says.</param>
/// <param name="Protocol">The TLS version agreed on, as the client tells.</param>
/// <param name="Cipher">The cipher agreed on, as the client tells.</param>
internal sealed record Handshake(
    Scenario Scenario, string Client, bool IsSecond, bool ClientReused, Session Server, string Protocol, string Cipher)
{
    /// <summary>What is not as it should be; null when all is.</summary>
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
                return $"the server says {Words(Server)}, not {Words(expected)}";
            }

            return ClientReused == IsSecond
                ? null
                : $"the client says {(ClientReused ? "reused" : "new")}, the server {Words(Server)}";
        }
    }

    internal static string Words(Session session) => session switch
    {
        Session.FromCache => "reused from cache",
        Session.FromTicket => "reused by ticket",
        _ => "new",
    };
}

/// <summary>What became of one attempt: a handshake, or the reason why there was none.</summary>
/// <param name="Name">Scenario, client and turn, for people.</param>
/// <param name="Handshake">The handshake; null when it did not come to that.</param>
/// <param name="Fault">What is wrong; null when nothing is.</param>
internal sealed record Attempt(string Name, Handshake? Handshake, string? Fault);
