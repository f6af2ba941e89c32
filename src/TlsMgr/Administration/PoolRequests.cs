// request=pool -> status, then a text for each fact of the pool: see Facts; state none alone without a pool.
// request=pool_rotate delay=SECONDS -> status, generation, at: a new secret follows the one in use.
// request=pool_revoke -> status, generation: a new secret at once, all others erased.
// request=pool_leave -> status: the secrets are erased. No reply contains a secret.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using TlsMgr.Postfix.Logging;
using TlsMgr.Postfix.Protocol;
using TlsMgr.Requests.Common;
using TlsMgr.Sharing;
using TlsMgr.Tickets;
using TlsMgr.Tickets.Pool;

namespace TlsMgr.Administration;

/// <summary>Describes and changes the pool of this host.</summary>
/// <param name="pool">The keys of the pool; null without one.</param>
/// <param name="sharing">Shares sessions; null where none are.</param>
/// <param name="faults">Reports faulty requests.</param>
internal sealed class PoolRequests(PoolTicketKeys? pool, SessionSharing? sharing, RequestFaults faults)
{
    internal int ServeFacts(ref AttributeReader reader, AttributeWriter reply)
    {
        if (!faults.TryReadEnd(ref reader))
        {
            return DeferredReply.WriteNow(RequestStatus.Fault, reply);
        }

        reply.WriteNumber(CommonWords.Status, (int)RequestStatus.Ok);
        foreach ((string name, string text) in Facts(pool).Concat(SharingFacts.Of(sharing)))
        {
            reply.WriteText(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(PrintableText.Clean(text)));
        }

        reply.WriteEnd();
        return 0;
    }

    internal int ServeRotate(ref AttributeReader reader, AttributeWriter reply)
    {
        if (!reader.TryReadNumber(ControlWords.Delay, out uint delaySeconds))
        {
            faults.Report(reader.Fault);
            return DeferredReply.WriteNow(RequestStatus.Fault, reply);
        }

        if (!faults.TryReadEnd(ref reader))
        {
            return DeferredReply.WriteNow(RequestStatus.Fault, reply);
        }

        bool canRotate = pool is { Fault.Length: 0 } && pool.Ratchet!.State.Chains.Count < PoolState.MaximumChains;
        return !canRotate ? DeferredReply.WriteNow(RequestStatus.Error, reply)
            : pool!.TryRotate(delaySeconds) ? WriteGeneration(pool.Ratchet!, hasTime: true, reply)
            : DeferredReply.WriteNow(RequestStatus.Fault, reply);
    }

    internal int ServeRevoke(ref AttributeReader reader, AttributeWriter reply) =>
        !faults.TryReadEnd(ref reader) ? DeferredReply.WriteNow(RequestStatus.Fault, reply)
        : pool?.Ratchet is null or { HasLeft: true } ? DeferredReply.WriteNow(RequestStatus.Error, reply)
        : pool.TryRevoke() ? WriteGeneration(pool.Ratchet, hasTime: false, reply)
        : DeferredReply.WriteNow(RequestStatus.Fault, reply);

    internal int ServeLeave(ref AttributeReader reader, AttributeWriter reply) => DeferredReply.WriteNow(
        !faults.TryReadEnd(ref reader) ? RequestStatus.Fault
        : pool?.Ratchet is null or { HasLeft: true } ? RequestStatus.Error
        : pool.TryLeave() ? RequestStatus.Ok
        : RequestStatus.Fault,
        reply);

    private static int WriteGeneration(PoolRatchet ratchet, bool hasTime, AttributeWriter reply)
    {
        PoolChain newest = ratchet.State.Newest;
        reply.WriteNumber(CommonWords.Status, (int)RequestStatus.Ok);
        reply.WriteLong(ControlWords.Generation, newest.Generation);
        if (hasTime)
        {
            reply.WriteLong(ControlWords.At, ratchet.Periods.FirstSecond(newest.From));
        }

        reply.WriteEnd();
        return 0;
    }

    private static List<KeyValuePair<string, string>> Facts(PoolTicketKeys? pool)
    {
        if (pool is null)
        {
            return [new("state", "none")];
        }

        PoolTicketSettings settings = pool.Settings;
        PoolKeyUses uses = pool.Uses;
        List<KeyValuePair<string, string>> facts =
        [
            new("state", pool.Fault.Length == 0 ? "on" : "off"), new("reason", pool.Fault), new("name", pool.Name),
        ];
        if (pool.Ratchet is { HasLeft: false } ratchet)
        {
            facts.AddRange(FactsOf(ratchet, pool));
        }

        facts.AddRange(
        [
            new("policy", PoolDerivation.Describe(settings.PolicyDigest)), new("policy_reason", settings.Objection),
            new("policy_record", Convert.ToBase64String(settings.PolicyRecord)),
            new("cipher", settings.Cipher), new("secret_bytes", Text(settings.SecretBytes)),
            new("state_file", settings.StateFile),
            new("ahead_seconds", Text(uses.AheadSeconds)),
            new("keys.previous", Text(uses.Previous)), new("keys.current", Text(uses.Current)),
            new("keys.next", Text(uses.Next)), new("keys.grace", Text(uses.Grace)),
            new("keys.unknown", Text(uses.Unknown)),
        ]);
        return facts;
    }

    private static IEnumerable<KeyValuePair<string, string>> FactsOf(PoolRatchet ratchet, PoolTicketKeys pool)
    {
        PoolPeriods periods = ratchet.Periods;
        long now = pool.Now;
        long period = periods.Of(now);
        PoolChain chain = ratchet.State.EncryptingIn(period);
        PoolChain newest = ratchet.State.Newest;
        bool hasNext = newest.Generation > chain.Generation;
        (PoolClockMark trusted, PoolClockMark pending) = ratchet.StoredClocks;
        return
        [
            new("generation", Text(chain.Generation)), new("period_seconds", Text(periods.PeriodSeconds)),
            new("skew_seconds", Text(periods.Skew)), new("period", Text(period)),
            new("seconds_left", Text(periods.FirstSecond(period + 1) - now)), new("oldest", Text(chain.Period)),
            new("fingerprint", pool.Fingerprint),
            new("next_generation", hasNext ? Text(newest.Generation) : ""),
            new("next_at", hasNext ? Text(periods.FirstSecond(newest.From)) : ""),
            new("written", Text(trusted.WallSeconds)), new("state_fault", ratchet.WriteFault),
            new("pending_since", pending.IsSet ? Text(pending.WallSeconds) : ""),
        ];
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
