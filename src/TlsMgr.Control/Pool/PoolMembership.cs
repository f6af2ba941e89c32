using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using TlsMgr.Postfix.Logging;
using TlsMgr.Tickets.Pool;

namespace TlsMgr.Control.Pool;

/// <summary>Begins a pool on this host, or joins one. The daemon uses the new state after a reload.</summary>
/// <param name="file">The state file.</param>
/// <param name="clock">The time of day.</param>
internal sealed class PoolMembership(PoolFile file, TimeProvider clock)
{
    /// <summary>Makes a new pool; returns whether it was made.</summary>
    /// <param name="name">Its name; null for the configured one, else the name of the host.</param>
    /// <param name="output">The destination of the outcome.</param>
    /// <exception cref="FatalException">The name is not valid, or the file cannot be written.</exception>
    internal bool Begin(string? name, TextWriter output)
    {
        name ??= file.ConfiguredName.Length > 0 ? file.ConfiguredName : HostName();
        if (!PoolName.IsValid(name))
        {
            throw new FatalException(
                $"bad name of a pool {PrintableText.Clean(name)}: 1 to {PoolLimits.NameBytes} of A-Z a-z 0-9 . _ -");
        }

        file.RequireOwner();
        using PoolState? known = file.Read(out _);
        if (known is not null)
        {
            output.WriteLine($"this host is in pool {known.Name}: tlsmgrctl pool leave ends that");
            return false;
        }

        if (file.Installation.Parameters.Smtpd.EffectiveTimeoutSeconds == 0)
        {
            output.WriteLine("there are no session tickets: smtpd_tls_session_cache_timeout is 0");
            return false;
        }

        using PoolState state =
            PoolState.Make(name, file.PeriodsOf(file.NewPeriodSeconds), PoolFile.Now(clock))
            ?? throw new FatalException("the kernel gives no random bytes");
        file.Create(state);
        WriteOutcome("began", state, output);
        return true;
    }

    /// <summary>Takes over an exported state; returns whether anything was taken over.</summary>
    /// <param name="line">The line of the export; the caller erases it.</param>
    /// <param name="output">The destination of the outcome.</param>
    /// <exception cref="FatalException">The file cannot be written.</exception>
    internal bool Join(ReadOnlySpan<byte> line, TextWriter output)
    {
        file.RequireOwner();
        using PoolState? imported = PoolExport.TryRead(line, out string fault);
        if (imported is null)
        {
            output.WriteLine($"nothing was joined: {fault}");
            return false;
        }

        using PoolState? known = file.Read(out _);
        if (known?.Join(imported) is { } objection)
        {
            output.WriteLine(known.Name == imported.Name
                ? $"nothing was changed: {objection}"
                : $"nothing was changed: {objection}: tlsmgrctl pool leave ends that");
            return false;
        }

        PoolState joined = known ?? imported;
        joined.Trusted = PoolFile.Now(clock);
        joined.Pending = default;
        file.Create(joined);
        WriteOutcome(known is null ? "joined" : "renewed", joined, output);
        return true;
    }

    private string HostName()
    {
        string name = file.Installation.Store.ExpandOrRaw("myhostname");
        return name.Length > PoolLimits.NameBytes ? name[..PoolLimits.NameBytes] : name;
    }

    private void WriteOutcome(string verb, PoolState state, TextWriter output)
    {
        PoolPeriods periods = file.PeriodsOf(state.PeriodSeconds);
        long now = clock.GetUtcNow().ToUnixTimeSeconds();
        long period = periods.Of(now);
        PoolChain chain = state.EncryptingIn(period);
        output.WriteLine($"{verb} pool {state.Name}: generation {chain.Generation}, a new key every "
            + $"{PoolText.Span(state.PeriodSeconds)}");
        output.WriteLine($"fingerprint {PoolText.Fingerprint(state, period)} until "
            + PoolText.Time(periods.FirstSecond(period + 1)));
        if (state.Newest.From > period)
        {
            output.WriteLine($"generation {state.Newest.Generation} follows at "
                + PoolText.Time(periods.FirstSecond(state.Newest.From)));
        }

        WarnOfClock(state, periods, now, output);
        IEnumerable<string> steps = PoolText.NextSteps(file, state.Name);
        output.WriteLine(string.Join('\n', steps.Prepend("now run:")));
    }

    /// <summary>A state that is more than a period ahead was exported where it is later.</summary>
    private static void WarnOfClock(PoolState state, PoolPeriods periods, long now, TextWriter output)
    {
        long ahead = periods.FirstSecond(state.Chains[0].Period) - now;
        if (ahead > 0)
        {
            output.WriteLine($"the clock of this host is behind that of the other one, by {PoolText.Span(ahead)} at "
                + "least: it does not share");
        }
    }
}
