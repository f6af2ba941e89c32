using System;
using TlsMgr.Postfix.Config;

namespace TlsMgr.Control.Setup;

/// <summary>The entry of tlspool in master.cf, through which tlsmgr reaches the server of shared sessions.</summary>
internal static class SharingEntry
{
    /// <summary>The name of the service, and of its program.</summary>
    internal const string ServiceName = "tlspool";

    /// <summary>The type of its socket.</summary>
    internal const string Type = "unix";

    /// <summary>The line of master.cf.</summary>
    internal const string Line = "tlspool unix - - y - 1 tlspool";

    /// <summary>The parameter with the addresses of the server.</summary>
    internal const string ServerParameter = "tlspool_server";

    /// <summary>The parameter with the name of the file that holds the password.</summary>
    internal const string PasswordParameter = "tlspool_password_file";

    private const string CachesParameter = "tlsmgr_pool_caches";

    /// <summary>Whether sessions are meant to be shared.</summary>
    internal static bool IsWanted(Installation installation) => CachesOf(installation).Length > 0;

    /// <summary>The caches that are meant to be shared, between blanks.</summary>
    internal static string CachesOf(Installation installation) => string.Join(
        ' ', ValueOf(installation.Store, CachesParameter).Split(
            [' ', '\t', ','], StringSplitOptions.RemoveEmptyEntries));

    /// <summary>The entry; null without one.</summary>
    internal static MasterCfEntry? Find(Installation installation) => installation.MasterCf.Find(ServiceName);

    /// <summary>
    /// Why the configuration alone keeps sessions from being shared, without an end; null when it does not.
    /// </summary>
    internal static string? FindReason(Installation installation) =>
        installation.Parameters.PoolName.Length == 0
            ? "tlsmgr_pool_name is not set, and sessions are sealed with the secret of a pool"
        : Find(installation) is null ? $"master.cf has no service {ServiceName}"
        : ServersOf(installation).Length == 0 ? $"{ServerParameter} is not set"
        : null;

    /// <summary>The addresses of the server, as they are configured; empty for none.</summary>
    internal static string ServersOf(Installation installation) => ValueOf(installation, ServerParameter);

    /// <summary>
    /// The value of a parameter of tlspool, which the options of its entry override; empty when not set.
    /// </summary>
    internal static string ValueOf(Installation installation, string name) => ValueOf(
        Find(installation) is { } entry
            ? installation.Store.For(entry.Command, ServiceName, new ProgramOverrides(entry).Values)
            : installation.Store,
        name);

    private static string ValueOf(ParameterStore store, string name) =>
        store.IsSet(name) ? store.ExpandOrRaw(name) : "";
}
