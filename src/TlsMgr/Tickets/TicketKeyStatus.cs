namespace TlsMgr.Tickets;

/// <summary>The public properties of a ticket key that decrypts.</summary>
/// <param name="Name">The name, as tickets carry it, in hexadecimal.</param>
/// <param name="State">
/// <c>current</c>: encrypts; <c>previous</c>: decrypts alone; <c>next</c>: of the next period of a pool.
/// </param>
/// <param name="EncryptSeconds">The seconds for which clients may still encrypt with the key; 0 when over.</param>
/// <param name="DecryptSeconds">The seconds for which the key still decrypts, 1 or more.</param>
public sealed record TicketKeyStatus(string Name, string State, long EncryptSeconds, long DecryptSeconds);
