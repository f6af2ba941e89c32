using System;
using TlsMgr.Control.Client;
using TlsMgr.Control.Setup;
using TlsMgr.Tickets.Pool;

namespace TlsMgr.Control.Pool;

/// <summary>What is known of the pool of a host: from its daemon, or from the state file.</summary>
internal sealed record PoolFacts
{
    private static readonly string[] KeyKinds = ["previous", "current", "next", "grace", "unknown"];

    /// <summary>Whether the daemon replied.</summary>
    internal required bool IsRunning { get; init; }

    /// <summary>Why the ticket keys are not those of the pool; empty when they are.</summary>
    internal required string Reason { get; init; }

    /// <summary>The name of the pool; empty for none.</summary>
    internal string Name { get; init; } = "";

    internal long? Generation { get; init; }

    internal long? PeriodSeconds { get; init; }

    internal long? SkewSeconds { get; init; }

    /// <summary>The number of the current period.</summary>
    internal long? Period { get; init; }

    internal long? SecondsLeft { get; init; }

    /// <summary>The oldest period whose keys can be derived.</summary>
    internal long? Oldest { get; init; }

    internal string Fingerprint { get; init; } = "";

    internal string Policy { get; init; } = "";

    internal string PolicyReason { get; init; } = "";

    internal string Cipher { get; init; } = "";

    internal long? SecretBytes { get; init; }

    internal long? NextGeneration { get; init; }

    /// <summary>When the next generation encrypts, since 1970.</summary>
    internal long? NextAtSeconds { get; init; }

    /// <summary>When the stored state was written, since 1970.</summary>
    internal long? WrittenSeconds { get; init; }

    internal string StateFault { get; init; } = "";

    /// <summary>Since when the clock disagrees with the stored state, since 1970.</summary>
    internal long? PendingSeconds { get; init; }

    internal long? AheadSeconds { get; init; }

    /// <summary>Requests by name: previous, current, next, grace, unknown; empty without a daemon.</summary>
    internal (string Name, long Count)[] Keys { get; init; } = [];

    /// <summary>The facts that the daemon reports.</summary>
    /// <param name="reply">The reply.</param>
    /// <param name="configured">The pool that is configured now; empty for none.</param>
    internal static PoolFacts Of(PoolReply reply, string configured) => new()
    {
        IsRunning = true,
        Reason = reply.IsConfigured ? reply.Reason
            : configured.Length == 0 ? $"{PoolText.NameParameter} is not set"
            : $"the daemon has not read that {PoolText.NameParameter} is {configured}: postfix reload",
        Name = reply["name"],
        Generation = reply.Number("generation"),
        PeriodSeconds = reply.Number("period_seconds"),
        SkewSeconds = reply.Number("skew_seconds"),
        Period = reply.Number("period"),
        SecondsLeft = reply.Number("seconds_left"),
        Oldest = reply.Number("oldest"),
        Fingerprint = reply["fingerprint"],
        Policy = reply["policy"],
        PolicyReason = reply["policy_reason"],
        Cipher = reply["cipher"],
        SecretBytes = reply.Number("secret_bytes"),
        NextGeneration = reply.Number("next_generation"),
        NextAtSeconds = reply.Number("next_at"),
        WrittenSeconds = reply.Number("written"),
        StateFault = reply["state_fault"],
        PendingSeconds = reply.Number("pending_since"),
        AheadSeconds = reply.Number("ahead_seconds"),
        Keys = !reply.IsConfigured ? [] :
        [
            .. Array.ConvertAll(KeyKinds, kind => (kind, reply.Number($"keys.{kind}") ?? 0)),
        ],
    };

    /// <summary>The facts that the state file and the configuration give.</summary>
    internal static PoolFacts Of(PoolFile file, TimeProvider clock)
    {
        long now = clock.GetUtcNow().ToUnixTimeSeconds();
        using PoolState? state = file.Read(out string fault);
        string configured = file.ConfiguredName;
        string reason = configured.Length == 0 ? $"{PoolText.NameParameter} is not set"
            : state is null ? $"{file.Path}: {fault}"
            : state.Name != configured ? $"the state is of pool {state.Name}, and {configured} is configured"
            : PoolClockFault.Find(state, file.PeriodsOf(state.PeriodSeconds), now);
        PoolFacts facts = new()
        {
            IsRunning = false,
            Reason = reason,
            Name = state?.Name ?? configured,
            Cipher = SmtpdServices.CipherOf(file.Installation.Store),
            SecretBytes = SmtpdServices.ReleaseOf(file.Installation).HasLongTicketKeys ? 32 : 16,
        };
        return state is null ? facts : facts.With(file, state, now);
    }

    private PoolFacts With(PoolFile file, PoolState state, long now)
    {
        PoolPeriods periods = file.PeriodsOf(state.PeriodSeconds);
        long period = long.Max(periods.Of(now), state.Chains[0].Period);
        PoolChain chain = state.EncryptingIn(period);
        bool isPending = state.Newest.From > period && state.Chains.Count > 1;
        return this with
        {
            Generation = chain.Generation,
            PeriodSeconds = state.PeriodSeconds,
            SkewSeconds = periods.Skew,
            Period = period,
            SecondsLeft = long.Max(periods.FirstSecond(period + 1) - now, 0),
            Oldest = state.Chains[0].Period,
            Fingerprint = PoolText.Fingerprint(state, period),
            NextGeneration = isPending ? state.Newest.Generation : null,
            NextAtSeconds = isPending ? periods.FirstSecond(state.Newest.From) : null,
            WrittenSeconds = state.Trusted.WallSeconds,
            PendingSeconds = state.Pending.IsSet ? state.Pending.WallSeconds : null,
        };
    }
}
