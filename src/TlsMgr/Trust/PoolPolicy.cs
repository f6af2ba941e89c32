using System;
using TlsMgr.Postfix.Config;

namespace TlsMgr.Trust;

/// <summary>stub</summary>
public sealed class PoolPolicy
{
    /// <summary>stub</summary>
    public byte[] Digest { get; } = new byte[32];

    /// <summary>stub</summary>
    public string? Doubt { get; }

    /// <summary>stub</summary>
    public static PoolPolicy Evaluate(ParameterStore store, PostfixParameters postfix, TimeProvider clock) => new();
}
