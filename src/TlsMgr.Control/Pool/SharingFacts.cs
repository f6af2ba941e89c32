using System;
using System.Linq;
using TlsMgr.Control.Client;
using TlsMgr.Control.Output;
using TlsMgr.Control.Setup;

namespace TlsMgr.Control.Pool;

/// <summary>What is known of the sessions that a host shares: from its daemon, and from its configuration.</summary>
/// <remarks>Texts are empty, and numbers null, where nobody reports them.</remarks>
internal sealed record SharingFacts
{
    private const string Prefix = "sharing";
    private const string Unreachable = "unreachable";
    private const string Parameter = "tlsmgr_pool_caches";

    /// <summary>The numbers of tlspool, as tlsmgr passes them on.</summary>
    private static readonly string[] ServerNumbers = ["puts", "gets", "errors", "clients", "maxclients"];

    /// <summary>Whether sessions are meant to be shared, or the daemon shares some.</summary>
    internal required bool IsWanted { get; init; }

    /// <summary>Why none are shared; empty when they are.</summary>
    internal required string Reason { get; init; }

    /// <summary>Why some of the caches are not shared; empty when all are.</summary>
    internal string LeftOut { get; init; } = "";

    /// <summary>The caches whose sessions are shared, between blanks.</summary>
    internal string Caches { get; init; } = "";

    /// <summary>The address of the server.</summary>
    internal string Server { get; init; } = "";

    /// <summary>What the server says that it is.</summary>
    internal string ServerVersion { get; init; } = "";

    /// <summary>
    /// The texts of tlspool: its state, the endpoints, the last fault, the policy of eviction, refused commands.
    /// </summary>
    internal (string Name, string Text)[] Texts { get; init; } = [];

    /// <summary>The numbers of tlspool.</summary>
    internal (string Name, long Count)[] Numbers { get; init; } = [];

    /// <summary>The figures of tlsmgr, in the daemon's order; empty when it does not count them.</summary>
    internal (string Name, long Count)[] Counters { get; init; } = [];

    /// <summary>Whether sessions are shared.</summary>
    internal bool Shares => IsWanted && Reason.Length == 0;

    /// <summary>The text of a name; empty when tlspool does not report it.</summary>
    internal string this[string name] => Texts.FirstOrDefault(text => text.Name == name).Text ?? "";

    /// <summary>The facts that the daemon reports.</summary>
    /// <param name="reply">The reply about the pool.</param>
    /// <param name="figures">The figures of the daemon.</param>
    /// <param name="installation">The configuration of now.</param>
    internal static SharingFacts Of(PoolReply reply, FigureTree figures, Installation installation)
    {
        string wanted = SharingEntry.CachesOf(installation);
        string state = reply[Prefix];
        bool isOn = state == "on" && reply[$"{Prefix}_state"] != Unreachable;
        return new SharingFacts
        {
            IsWanted = wanted.Length > 0 || state == "on",
            Reason = isOn ? ""
                : SharingEntry.FindReason(installation) is { } reason ? reason
                : state == "on" ? $"the server is not reached: {reply[$"{Prefix}_fault"]}"
                : state is "none" or "" ? $"the daemon has not read that {Parameter} is {wanted}: postfix reload"
                : reply[$"{Prefix}_reason"] is { Length: > 0 } known ? known : "the daemon names no reason",
            LeftOut = isOn ? reply[$"{Prefix}_reason"] : "",
            Caches = reply[$"{Prefix}_caches"] is { Length: > 0 } caches ? caches : wanted,
            Server = reply[$"{Prefix}_server"],
            ServerVersion = reply[$"{Prefix}_server_version"],
            Texts =
            [
                .. Array.ConvertAll(
                    (string[])["state", "endpoints", "fault", "policy", "commands_refused"],
                    name => (name, reply[$"{Prefix}_{name}"])),
            ],
            Numbers =
            [
                .. ServerNumbers.Select(name => (name, reply.Number($"{Prefix}_{name}")))
                    .Where(static number => number.Item2 is not null)
                    .Select(static number => (number.name, number.Item2 ?? 0)),
            ],
            Counters = [.. figures.Group(Prefix).Select(static figure => (figure.Key, figure.Value))],
        };
    }

    /// <summary>The facts without a daemon.</summary>
    internal static SharingFacts Of(Installation installation) => new()
    {
        IsWanted = SharingEntry.CachesOf(installation).Length > 0,
        Reason = "the daemon does not run",
        Caches = SharingEntry.CachesOf(installation),
    };
}
