namespace TlsMgr.Rig;

/// <summary>A statement about the daemon, and whether it holds.</summary>
/// <param name="Name">The statement.</param>
/// <param name="Fault">Why it does not hold; null when it holds.</param>
internal sealed record Check(string Name, string? Fault);
