using System;
using System.Collections.Generic;
using System.Globalization;
using TlsMgr.Control.Doctor;
using TlsMgr.Tickets.Pool;

namespace TlsMgr.Control.Pool;

/// <summary>Sentences about pools that several actions print.</summary>
internal static class PoolText
{
    /// <summary>The parameter that names the pool.</summary>
    internal const string NameParameter = "tlsmgr_pool_name";

    /// <summary>The lines behind a change of the state file: what an administrator does next.</summary>
    /// <param name="file">The file.</param>
    /// <param name="name">The pool of the state.</param>
    internal static IEnumerable<string> NextSteps(PoolFile file, string name)
    {
        Remedies remedies = RemediesOf(file);
        string reload = remedies.Postfix("reload");
        if (file.ConfiguredName.Length == 0)
        {
            yield return WithoutApply(remedies.Set(NameParameter, name), remedies);
        }
        else if (file.ConfiguredName != name)
        {
            yield return $"{NameParameter} is {file.ConfiguredName}, so this host does not use the state of {name}:";
            yield return WithoutApply(remedies.Set(NameParameter, name), remedies);
        }

        yield return reload;
    }

    /// <summary>The lines after a host has left its pool.</summary>
    internal static IEnumerable<string> StepsAfterLeaving(PoolFile file)
    {
        Remedies remedies = RemediesOf(file);
        if (file.ConfiguredName.Length > 0)
        {
            yield return WithoutApply(remedies.Reset(NameParameter), remedies);
        }

        yield return remedies.Postfix("reload");
    }

    /// <summary>The fingerprint of a state in a period: equal on all hosts.</summary>
    internal static string Fingerprint(PoolState state, long period)
    {
        using PoolChain chain = state.EncryptingIn(period).Copy();
        for (long steps = 0; chain.Period < period && steps < PoolLimits.CatchUpPeriods; steps++)
        {
            chain.Step();
        }

        return PoolDerivation.Fingerprint(chain.Key, state.Name, chain.Generation);
    }

    /// <summary>A time since 1970 in UTC, as all hosts of a pool read it.</summary>
    internal static string Time(long seconds) => DateTimeOffset.FromUnixTimeSeconds(seconds)
        .ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>A span for people: in the largest unit of which there are two.</summary>
    internal static string Span(long seconds) => seconds switch
    {
        < 120 => string.Create(CultureInfo.InvariantCulture, $"{seconds} s"),
        < 7200 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60} min"),
        < 172800 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600} h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 86400} days"),
    };

    private static Remedies RemediesOf(PoolFile file) => new(file.Installation, static () => true, static () => true);

    private static string WithoutApply(Remedy remedy, Remedies remedies) =>
        remedy.Command.Replace($" && {remedies.Apply}", "", StringComparison.Ordinal);
}
