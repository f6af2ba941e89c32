namespace TlsMgr.Rig.Sharing;

/// <summary>What a delivery was.</summary>
/// <param name="IsResumed">Whether smtp(8) resumed a session.</param>
/// <param name="Peer">What the partner was worth, as the log has it: Trusted, Untrusted.</param>
internal sealed record SharedOutcome(bool IsResumed, string Peer)
{
    public override string ToString() => $"{(IsResumed ? "resumed" : "a full handshake")}, {Peer}";
}
