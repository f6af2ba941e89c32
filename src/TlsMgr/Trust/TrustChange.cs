// A difference between the digest under which sessions were stored and that of today.

namespace TlsMgr.Trust;

/// <summary>One difference.</summary>
/// <param name="Input">The name of the input.</param>
/// <param name="Kind">What became of it.</param>
internal sealed record TrustChange(string Input, TrustChangeKind Kind);
