// What may be told of a ticket key. Must never hold any of its secrets.

namespace TlsMgr.Tickets;

/// <summary>One key that decrypts.</summary>
/// <param name="Name">Its name, as tickets carry it, in hexadecimal.</param>
/// <param name="IsCurrent">Whether it is the one that encrypts.</param>
/// <param name="EncryptSeconds">Seconds for which clients may encrypt with it; 0 when they are over.</param>
/// <param name="DecryptSeconds">Seconds for which it decrypts, 1 and more.</param>
public sealed record TicketKeyStatus(string Name, bool IsCurrent, long EncryptSeconds, long DecryptSeconds);
