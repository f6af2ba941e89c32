namespace TlsMgr.Tickets;

/// <summary>The public properties of a ticket key that decrypts.</summary>
/// <param name="Name">The name, as tickets carry it, in hexadecimal.</param>
/// <param name="IsCurrent">Whether the key is the current one, which encrypts.</param>
/// <param name="EncryptSeconds">The seconds for which clients may still encrypt with the key; 0 when over.</param>
/// <param name="DecryptSeconds">The seconds for which the key still decrypts, 1 or more.</param>
public sealed record TicketKeyStatus(string Name, bool IsCurrent, long EncryptSeconds, long DecryptSeconds);
