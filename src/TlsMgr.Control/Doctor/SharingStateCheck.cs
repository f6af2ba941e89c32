using System.Collections.Generic;
using TlsMgr.Control.Client;
using TlsMgr.Control.Setup;

namespace TlsMgr.Control.Doctor;

/// <summary>
/// What the daemon and tlspool report of the server: reachable, its rights, its space and its clients.
/// </summary>
internal static class SharingStateCheck
{
    private const string Name = "sharing";
    private const long FullShare = 80;
    private const long Percent = 100;

    internal static IEnumerable<Finding> Examine(ExaminedInstallation examined) =>
        examined.IsOurs && SharingEntry.IsWanted(examined.Installation) && examined.Pool is { } pool
            ? [State(examined, pool), .. Server(examined, pool)]
            : [];

    private static Finding State(ExaminedInstallation examined, PoolReply pool)
    {
        string reason = pool["sharing_reason"];
        return pool["sharing"] switch
        {
            "on" when pool["sharing_state"] == "unreachable" => new(
                Name, Verdict.Fault, $"sessions are not shared: the server is not reached: {pool["sharing_fault"]}",
                Remedy.Advise("look at the server, the network and its firewall; it is tried again by itself"))
            {
                Observes = Effects.Sharing,
            },
            "on" when reason.Length > 0 => new(
                Name, Verdict.Fault, $"sessions of some caches are not shared: {reason}",
                examined.Remedies.ApplyOnly().With("when the cause is removed; see tlsmgrctl pool status"))
            {
                Observes = Effects.Sharing | Effects.Pool,
            },
            "on" when Server(pool) is { Length: > 0 } server =>
                new(Name, Verdict.Ok, $"sessions of {pool["sharing_caches"]} are shared through {server}"),
            "on" => new(Name, Verdict.Ok, $"sessions of {pool["sharing_caches"]} are shared"),
            "off" => new(
                Name, Verdict.Fault, $"sessions are not shared: {reason}",
                examined.Remedies.ApplyOnly().With("when the cause is removed; see tlsmgrctl pool status"))
            {
                Observes = Effects.Sharing | Effects.Pool,
            },
            _ => new(
                Name, Verdict.Fault, "sessions are not shared: the daemon does not know of tlsmgr_pool_caches yet",
                examined.Remedies.ApplyOnly())
            {
                Observes = Effects.Sharing,
            },
        };
    }

    private static string Server(PoolReply pool) => pool["sharing_server_version"] is { Length: > 0 } version
        ? $"{pool["sharing_server"]} ({version})"
        : pool["sharing_server"];

    private static IEnumerable<Finding> Server(ExaminedInstallation examined, PoolReply pool)
    {
        if (pool["sharing_commands_refused"] is { Length: > 0 } commands)
        {
            yield return new(
                Name, Verdict.Fault, $"the server refuses commands to the user of tlspool: {commands}",
                Remedy.Advise(
                    $"at the server: ACL SETUSER {UserOf(examined)} +{string.Join(" +", commands.Split(' '))}, "
                    + "and ACL SAVE"));
        }

        if (pool["sharing_policy"] is "noeviction")
        {
            yield return new(
                Name, Verdict.Note, "the server evicts nothing: when its memory is full, sessions are not shared",
                Remedy.Advise("at the server: maxmemory-policy volatile-ttl"));
        }

        if (pool.Number("sharing_clients") is { } clients && pool.Number("sharing_maxclients") is { } most and > 0
            && clients * Percent >= most * FullShare)
        {
            yield return new(
                Name, Verdict.Note, $"the server has {clients} clients, and accepts {most} at most (maxclients)",
                Remedy.Advise("raise maxclients at the server: each host needs one"));
        }
    }

    private static string UserOf(ExaminedInstallation examined) =>
        SharingEntry.ValueOf(examined.Installation, "tlspool_user") is { Length: > 0 } user ? user : "default";
}
