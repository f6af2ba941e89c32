// The rows of the pool digest, as the configuration of now gives it. No row names a path or a service: hosts that may
// share tickets have the same rows. They are there without a pool too: hosts are compared before a pool is made.

using System;
using System.Collections.Generic;
using TlsMgr.Control.Setup;
using TlsMgr.Tickets.Pool;
using TlsMgr.Trust;

namespace TlsMgr.Control.Doctor;

/// <summary>What decides whether two hosts have one policy about client certificates, by name.</summary>
internal static class PoolPolicyReport
{
    private const string Prefix = "pool.policy.";

    /// <summary>Collects the digest, and the value or the hash of each of its inputs.</summary>
    internal static IEnumerable<KeyValuePair<string, string>> Collect(Installation installation)
    {
        PoolPolicy policy = PoolPolicy.Evaluate(installation.Store, installation.Postfix, TimeProvider.System);
        yield return new(
            $"{Prefix}digest",
            policy.Doubt is { } doubt ? $"unknown: {doubt}" : PoolDerivation.Describe(policy.Digest));
        foreach (PoolPolicyInput input in policy.Inputs)
        {
            yield return new($"{Prefix}{input.Name}", input.Value);
        }
    }
}
