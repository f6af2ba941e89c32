// Plays a case on both stages at the same time and judges. A difference is looked at twice, the second time with much more
// patience: on a busy machine a slow answer must not pass for none.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using TlsMgr.Differential.Cases;
using TlsMgr.Differential.Drivers;
using TlsMgr.Differential.Quirks;

namespace TlsMgr.Differential;

/// <summary>How a case ended.</summary>
internal enum Outcome
{
    /// <summary>Both did the same, as they should.</summary>
    Same,

    /// <summary>They differ in the way that the case's rows of QUIRKS.md allow.</summary>
    DiffersAsWritten,

    /// <summary>They differ, and no row allows it.</summary>
    Differs,

    /// <summary>They should differ, by a row of QUIRKS.md, and do not.</summary>
    NoLongerDiffers,
}

/// <summary>A case and what came of it.</summary>
internal sealed record Verdict(SideCase Case, Observation Theirs, Observation Ours)
{
    /// <summary>How it ended.</summary>
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

    /// <summary>Whether it is as it should be.</summary>
    internal bool Passes => Outcome is Outcome.Same or Outcome.DiffersAsWritten;
}

/// <summary>Compares two binaries.</summary>
/// <param name="original">The distribution's tlsmgr.</param>
/// <param name="tlsmgr">Ours.</param>
internal sealed class Comparison(string original, string tlsmgr)
{
    private readonly PostfixVersion _version = PostfixVersion.Of(original);

    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(60);
    private static readonly TimeSpan LongQuiet = TimeSpan.FromMilliseconds(1000);

    /// <summary>Plays a case that has a daemon of its own.</summary>
    internal Verdict Play(SideCase sideCase)
    {
        Verdict verdict = Play(sideCase, Quiet);
        return verdict.Passes ? verdict : Play(sideCase, LongQuiet);
    }

    /// <summary>Plays cases that share a daemon.</summary>
    internal IReadOnlyList<Verdict> Play(SharedCases shared)
    {
        IReadOnlyList<Verdict> verdicts = Play(shared, []);
        HashSet<SideCase> failed = [.. verdicts.Where(verdict => !verdict.Passes).Select(verdict => verdict.Case)];
        return failed.Count == 0 ? verdicts : Play(shared, failed);
    }

    private Verdict Play(SideCase sideCase, TimeSpan quiet)
    {
        (Observation theirs, Observation ours) = OnBoth(quiet, stage =>
        {
            sideCase.Script(stage);
            return stage.Finish();
        });
        return new Verdict(sideCase, theirs, ours);
    }

    private IReadOnlyList<Verdict> Play(SharedCases shared, HashSet<SideCase> withPatience)
    {
        (List<Observation> theirs, List<Observation> ours) = OnBoth(Quiet, stage =>
        {
            List<Observation> seen = [];
            stage.Configure(shared.MainCf);
            stage.Start();
            foreach (SideCase sideCase in shared.Cases)
            {
                stage.Quiet = withPatience.Contains(sideCase) ? LongQuiet : Quiet;
                sideCase.Script(stage);
                stage.SyncToDisk();
                seen.Add(stage.Take());
            }

            return seen;
        });
        return [.. shared.Cases.Select((sideCase, i) => new Verdict(sideCase, theirs[i], ours[i]))];
    }

    private (T Theirs, T Ours) OnBoth<T>(TimeSpan quiet, Func<DaemonUnderTest, T> play)
    {
        Task<T> theirs = Task.Factory.StartNew(() => OnStage(original, quiet, play), TaskCreationOptions.LongRunning);
        Task<T> ours = Task.Factory.StartNew(() => OnStage(tlsmgr, quiet, play), TaskCreationOptions.LongRunning);
        return (theirs.GetAwaiter().GetResult(), ours.GetAwaiter().GetResult());
    }

    private T OnStage<T>(string binary, TimeSpan quiet, Func<DaemonUnderTest, T> play)
    {
        using DaemonUnderTest stage = new(binary, _version, quiet);
        return play(stage);
    }
}
