namespace TlsMgr.Pool.Settings;

/// <summary>Limits of what the parameters name. A test compares them with docs/limits.md.</summary>
public static class SettingsLimits
{
    /// <summary>Servers or Sentinels, after their names were resolved.</summary>
    public const int EndPoints = 16;

    /// <summary>Bytes of a file of certificates, a key or a password.</summary>
    public const int FileBytes = 1024 * 1024;

    /// <summary>Bytes of the prefix of all keys.</summary>
    public const int PrefixBytes = 64;

    /// <summary>Seconds in which all names must be resolved, before the jail.</summary>
    public const int ResolveSeconds = 5;

    /// <summary>
    /// Seconds after which a process ends whose names could not be resolved: master(8) starts another one, as nothing
    /// can be resolved in the jail.
    /// </summary>
    public const int UnresolvedLifeSeconds = 60;
}
