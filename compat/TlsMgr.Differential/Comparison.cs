// A case runs on both daemons at the same time. A case that differs runs again with a longer quiet time: on a busy
// machine a slow reply must not count as a missing one.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using TlsMgr.Differential.Cases;
using TlsMgr.Differential.Drivers;
using TlsMgr.Differential.Quirks;

namespace TlsMgr.Differential;

/// <summary>The result of a case.</summary>
internal enum Outcome
{
    /// <summary>Both did the same, and no row is named.</summary>
    Same,

    /// <summary>They differ in the way that the case's rows of QUIRKS.md allow.</summary>
    DiffersAsWritten,

    /// <summary>They differ, and no row allows it.</summary>
    Differs,

    /// <summary>The case names a row of QUIRKS.md, and they do not differ.</summary>
    NoLongerDiffers,
}

/// <summary>A case and what was observed of both daemons.</summary>
internal sealed record Verdict(SideCase Case, Observation Theirs, Observation Ours)
{
    /// <summary>The result, by the rules of the case's rows.</summary>
    internal Outcome Outcome
    {
        get
        {
            Pair pair = new(QuirkRules.WithoutAdvice(Theirs), Ours);
            if (Case.Quirks.Length == 0 || pair.Matches)
            {
                return !pair.Matches ? Outcome.Differs
                    : Case.Quirks.Length == 0 ? Outcome.Same
                    : Outcome.NoLongerDiffers;
            }

            return QuirkRules.Apply(Case.Quirks, pair) is { Matches: true } ? Outcome.DiffersAsWritten : Outcome.Differs;
        }
    }

    /// <summary>Whether the result is one of the two expected ones.</summary>
    internal bool Passes => Outcome is Outcome.Same or Outcome.DiffersAsWritten;
}

/// <summary>Compares two binaries.</summary>
/// <param name="postfix">The path of the distribution's tlsmgr.</param>
/// <param name="tlsmgr">The path of ours.</param>
internal sealed class Comparison(string postfix, string tlsmgr)
{
    private readonly PostfixVersion _version = PostfixVersion.Of(postfix);

    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(60);
    private static readonly TimeSpan LongQuiet = TimeSpan.FromMilliseconds(1000);

    /// <summary>Runs a case that has a daemon of its own.</summary>
    internal Verdict Run(SideCase sideCase)
    {
        Verdict verdict = Run(sideCase, Quiet);
        return verdict.Passes ? verdict : Run(sideCase, LongQuiet);
    }

    /// <summary>Runs cases that share a daemon.</summary>
    internal IReadOnlyList<Verdict> Run(SharedCases shared)
    {
        IReadOnlyList<Verdict> verdicts = Run(shared, []);
        HashSet<SideCase> failed = [.. verdicts.Where(verdict => !verdict.Passes).Select(verdict => verdict.Case)];
        return failed.Count == 0 ? verdicts : Run(shared, failed);
    }

    private Verdict Run(SideCase sideCase, TimeSpan quiet)
    {
        (Observation theirs, Observation ours) = OnBoth(quiet, daemon =>
        {
            sideCase.Script(daemon);
            return daemon.Finish();
        });
        return new Verdict(sideCase, theirs, ours);
    }

    private IReadOnlyList<Verdict> Run(SharedCases shared, HashSet<SideCase> slowCases)
    {
        (List<Observation> theirs, List<Observation> ours) = OnBoth(Quiet, daemon =>
        {
            List<Observation> seen = [];
            daemon.Configure(shared.MainCf);
            daemon.Start();
            foreach (SideCase sideCase in shared.Cases)
            {
                daemon.Quiet = slowCases.Contains(sideCase) ? LongQuiet : Quiet;
                sideCase.Script(daemon);
                daemon.AwaitProcessing();
                seen.Add(daemon.Take());
            }

            return seen;
        });
        return [.. shared.Cases.Select((sideCase, i) => new Verdict(sideCase, theirs[i], ours[i]))];
    }

    private (T Theirs, T Ours) OnBoth<T>(TimeSpan quiet, Func<DaemonUnderTest, T> run)
    {
        Task<T> theirs = Task.Factory.StartNew(() => RunOn(postfix, quiet, run), TaskCreationOptions.LongRunning);
        Task<T> ours = Task.Factory.StartNew(() => RunOn(tlsmgr, quiet, run), TaskCreationOptions.LongRunning);
        return (theirs.GetAwaiter().GetResult(), ours.GetAwaiter().GetResult());
    }

    private T RunOn<T>(string binary, TimeSpan quiet, Func<DaemonUnderTest, T> run)
    {
        using DaemonUnderTest daemon = new(binary, _version, quiet);
        return run(daemon);
    }
}
