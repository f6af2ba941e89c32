using System;
using System.Collections.Generic;

namespace TlsMgr.Fuzzing.Targets;

/// <summary>Something that reads what strangers wrote.</summary>
internal abstract class FuzzTarget : IDisposable
{
    /// <summary>What a run begins with.</summary>
    internal abstract IEnumerable<byte[]> Seeds { get; }

    /// <summary>The target of a name.</summary>
    internal static FuzzTarget Open(string name) => name switch
    {
        "service" => ConversationTarget.OfService(),
        "control" => ConversationTarget.OfControl(),
        "main.cf" => new MainCfTarget(),
        "cache" => new CacheFileTarget(),
        "reply" => new ReplyTarget(),
        _ => throw new ArgumentException($"no target {name}: service, control, main.cf, cache or reply"),
    };

    public abstract void Dispose();

    /// <summary>Takes one input; throws when something is wrong with the program.</summary>
    internal abstract void Run(ReadOnlySpan<byte> input);
}
