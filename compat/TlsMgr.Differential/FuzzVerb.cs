// The verb fuzz: random conversations with both daemons, several pairs at once. Each difference is shown once, as small as it
// can be made, with the seed and number that make it again.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using TlsMgr.Differential.Fuzz;

namespace TlsMgr.Differential;

/// <summary>Plays random conversations.</summary>
internal static class FuzzVerb
{
    /// <summary>Pairs at work at once: they mostly wait to see that nothing more comes.</summary>
    private const int Pairs = 6;

    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(25);

    /// <summary>A difference counts when it is there with this patience too.</summary>
    private static readonly TimeSpan LongQuiet = TimeSpan.FromMilliseconds(250);

    /// <summary>So many conversations before the one that differs are looked at for a cause.</summary>
    private const int History = 40;

    /// <summary>Differences after which it stops: the rest is likely to be the same.</summary>
    private const int MostDifferences = 5;

    /// <summary>Answers the exit status: 0, or 1 when something differs that should not.</summary>
    internal static int Execute(FuzzOptions options, TextWriter output)
    {
        string ours = Path.GetFullPath(options.TlsMgr);
        IReadOnlyList<Message> recorded = Generator.ReadRecorded();
        int same = 0;
        int different = 0;
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = Pairs };
        Parallel.For(0, Pairs, parallel, pairNumber =>
        {
            Generator generator = new(options.Seed + pairNumber, recorded);
            DaemonPair pair = new(options.RecordedDaemon, ours, Quiet);
            for (int i = 0; i < options.Count / Pairs && Volatile.Read(ref different) < MostDifferences; i++)
            {
                Conversation conversation = generator.Make(i);
                (Answer theirs, Answer own) = pair.Play(conversation);
                if (Judge.IsSame(conversation, theirs, own))
                {
                    Interlocked.Increment(ref same);
                    continue;
                }

                pair.Dispose();
                bool isReal = Examine(options.RecordedDaemon, ours, generator, options.Seed + pairNumber, i, output);
                _ = isReal ? Interlocked.Increment(ref different) : Interlocked.Increment(ref same);
                pair = new DaemonPair(options.RecordedDaemon, ours, Quiet);
            }

            pair.Dispose();
        });
        output.WriteLine($"{same} passed, {different} failed");
        return different == 0 ? 0 : 1;
    }

    /// <summary>
    /// Plays it again with new daemons and more patience; what still differs, and does so again when it has been made
    /// small, is shown. The rest was a slow answer on a busy machine.
    /// </summary>
    private static bool Examine(
        string original, string ours, Generator generator, int seed, int number, TextWriter output)
    {
        IReadOnlyList<Conversation> history =
            [.. Enumerable.Range(int.Max(0, number - History), int.Min(number, History) + 1).Select(generator.Make)];
        if (FirstDifference(original, ours, history) is null)
        {
            return false;
        }

        Shrinker shrinker = new(candidate => FirstDifference(original, ours, candidate) is not null);
        IReadOnlyList<Conversation> smallest = shrinker.Shrink(history);
        if (FirstDifference(original, ours, smallest) is not (Answer theirs, Answer own))
        {
            return false;
        }

        lock (output)
        {
            output.WriteLine($"DIFFERS  seed {seed}, conversation {number}, shrunk to {smallest.Count} conversations:");
            foreach (string line in smallest.SelectMany(conversation => conversation.Lines()))
            {
                output.WriteLine($"  {line}");
            }

            Show("theirs", theirs, output);
            Show("ours", own, output);
            output.Flush();
        }

        return true;
    }

    private static void Show(string who, Answer answer, TextWriter output)
    {
        foreach (string line in answer.Replies.Concat(answer.Log.Select(text => $"LOG {text}")))
        {
            output.WriteLine($"  {who,-6} {line}");
        }
    }

    private static (Answer Theirs, Answer Ours)? FirstDifference(
        string original, string ours, IReadOnlyList<Conversation> conversations)
    {
        using DaemonPair pair = new(original, ours, LongQuiet);
        foreach (Conversation conversation in conversations)
        {
            (Answer theirs, Answer own) = pair.Play(conversation);
            if (!Judge.IsSame(conversation, theirs, own))
            {
                return (theirs, own);
            }
        }

        return null;
    }
}
