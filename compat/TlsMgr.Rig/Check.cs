// A check and its verdict.

namespace TlsMgr.Rig;

/// <summary>One thing that has to be so.</summary>
/// <param name="Name">What has to be so.</param>
/// <param name="Fault">Why it is not; null when it is.</param>
internal sealed record Check(string Name, string? Fault);
