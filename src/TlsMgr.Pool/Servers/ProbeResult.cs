namespace TlsMgr.Pool.Servers;

/// <summary>The result of a probe.</summary>
/// <param name="Reads">Whether the server can be read.</param>
/// <param name="Fault">What does not work; null when all does.</param>
internal readonly record struct ProbeResult(bool Reads, ServerFault? Fault);
