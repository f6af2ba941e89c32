namespace TlsMgr.Tickets.Pool;

/// <summary>What is true of every state, wherever it was read.</summary>
internal static class PoolStateRules
{
    /// <summary>Why a state with one chain or two is refused; empty when it is accepted.</summary>
    internal static string FindFault(PoolState state) =>
        !PoolName.IsValid(state.Name) ? "the name of the pool is not valid"
        : state.PeriodSeconds is < PoolLimits.MinimumPeriodSeconds or > PoolLimits.MaximumPeriodSeconds
            ? $"periods of {state.PeriodSeconds} s are not between {PoolLimits.MinimumPeriodSeconds}"
                + $" and {PoolLimits.MaximumPeriodSeconds}"
        : state.Chains[0].Generation > state.Newest.Generation
            || (state.Chains.Count > 1 && state.Chains[0].Generation == state.Newest.Generation)
            ? "the generations are not in order"
        : "";
}
