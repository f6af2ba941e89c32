namespace TlsMgr.Control.Client;

/// <summary>One ticket key without its secrets.</summary>
/// <param name="Name">Its name, in hexadecimal.</param>
/// <param name="State">current or previous.</param>
/// <param name="EncryptSeconds">The time for which it encrypts.</param>
/// <param name="DecryptSeconds">The time for which it decrypts.</param>
internal sealed record ListedKey(string Name, string State, long EncryptSeconds, long DecryptSeconds);
