namespace TlsMgr.Trust;

/// <summary>What the entries that ask for certificates have for one parameter of the pool digest.</summary>
/// <param name="Name">The parameter, by its name for smtpd(8): <c>smtpd_tls_CAfile</c>.</param>
/// <param name="Value">
/// For people: the value, or a short hash of the content that it names; of entries that differ each one.
/// </param>
internal sealed record PoolPolicyInput(string Name, string Value);
