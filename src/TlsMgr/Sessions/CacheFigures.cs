namespace TlsMgr.Sessions;

/// <summary>What a cache holds; all 0 when it is off.</summary>
/// <param name="Entries">The number of sessions, including expired ones not removed yet.</param>
/// <param name="FileBytes">The high-water mark of the file: free pages of it are reused.</param>
/// <param name="UsedBytes">Bytes of the file that sessions and their order occupy.</param>
/// <param name="LimitBytes">
/// The maximum of <paramref name="FileBytes"/>; of <paramref name="UsedBytes"/> where the size is not limited.
/// </param>
public readonly record struct CacheFigures(long Entries, long FileBytes, long UsedBytes, long LimitBytes);
