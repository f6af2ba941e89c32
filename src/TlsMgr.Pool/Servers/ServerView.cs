using StackExchange.Redis;

namespace TlsMgr.Pool.Servers;

/// <summary>What the watch found out last: immutable, handed from its thread to the event loop.</summary>
internal sealed record ServerView
{
    /// <summary>Where requests go; null when no server can be reached.</summary>
    internal IDatabase? Database { get; init; }

    /// <summary>The flags of each request.</summary>
    internal CommandFlags Flags { get; init; }

    /// <summary>Slots of a cluster for which nothing is asked, as their nodes are lost; null for none.</summary>
    internal LostSlots? Lost { get; init; }

    /// <summary>Another number for each other connection: what was read from the one before is void.</summary>
    internal int Epoch { get; init; }

    /// <summary>The name of the server, for the log and the state.</summary>
    internal string Name { get; init; } = "";

    /// <summary>What does not work; null when all does. With a database, only a part does not.</summary>
    internal ServerFault? Fault { get; init; }

    /// <summary>The endpoints and their condition, for the state.</summary>
    internal string EndPoints { get; init; } = "";

    /// <summary>What the server said of itself.</summary>
    internal ServerInfo Info { get; init; } = ServerInfo.Unknown;
}
