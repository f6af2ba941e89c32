// What a connection was, as far as trust is concerned.

namespace TlsMgr.Rig.Trust;

/// <summary>One connection.</summary>
/// <param name="IsResumed">Whether a session was resumed.</param>
/// <param name="Peer">What the peer was worth, in the log's word: Anonymous, Untrusted, Trusted, Verified.</param>
/// <param name="IsServed">Whether the mail was taken.</param>
internal sealed record TrustOutcome(bool IsResumed, string Peer, bool IsServed)
{
    public override string ToString() =>
        $"{(IsResumed ? "resumed" : "new")}, {Peer}, {(IsServed ? "served" : "refused")}";
}
