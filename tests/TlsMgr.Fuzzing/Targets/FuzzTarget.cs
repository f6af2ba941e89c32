using System;
using System.Collections.Generic;

namespace TlsMgr.Fuzzing.Targets;

/// <summary>A part of the program that reads untrusted input.</summary>
internal abstract class FuzzTarget : IDisposable
{
    /// <summary>The initial corpus.</summary>
    internal abstract IEnumerable<byte[]> Seeds { get; }

    /// <summary>Opens a target by its name.</summary>
    /// <exception cref="ArgumentException">There is no target of that name.</exception>
    internal static FuzzTarget Open(string name) => name switch
    {
        "service" => ConversationTarget.OfService(),
        "control" => ConversationTarget.OfControl(),
        "main.cf" => new MainCfTarget(),
        "cache" => new CacheFileTarget(),
        "reply" => new ReplyTarget(),
        "tlspool" => new PoolTarget(),
        _ => throw new ArgumentException($"no target {name}: service, control, main.cf, cache, reply or tlspool"),
    };

    public abstract void Dispose();

    /// <summary>Runs one input; throws when the program is at fault.</summary>
    internal abstract void Run(ReadOnlySpan<byte> input);
}
