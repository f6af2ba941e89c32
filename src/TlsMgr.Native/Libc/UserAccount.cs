namespace TlsMgr.Native.Libc;

/// <summary>A user of the system: the used fields of its password entry.</summary>
/// <param name="Name">Login name.</param>
/// <param name="UserId">User id.</param>
/// <param name="GroupId">Primary group id.</param>
public sealed record UserAccount(string Name, uint UserId, uint GroupId);
