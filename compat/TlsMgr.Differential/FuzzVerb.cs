// Each difference is shown as it was found, with the seed and the number that reproduce it, and again when it is shrunk.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using TlsMgr.Differential.Fuzz;

namespace TlsMgr.Differential;

/// <summary>The verb fuzz: runs random conversations with pairs of both daemons, several pairs at once.</summary>
internal static class FuzzVerb
{
    /// <summary>Pairs that run at once: most of their time is quiet time.</summary>
    private const int Pairs = 6;

    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(25);

    /// <summary>A difference counts when it remains with this quiet time.</summary>
    private static readonly TimeSpan LongQuiet = TimeSpan.FromMilliseconds(250);

    /// <summary>What is not shrunk by then is shown as it is: each try takes seconds.</summary>
    private static readonly TimeSpan LongestShrinking = TimeSpan.FromMinutes(1);

    /// <summary>How many conversations before the one that differs are kept as its possible cause.</summary>
    private const int History = 40;

    /// <summary>The run stops after that many differences: more are likely to have the same cause.</summary>
    private const int MaximumDifferences = 5;

    /// <summary>Returns the exit status: 0, or 1 after a difference without a row in QUIRKS.md.</summary>
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
            DaemonPair pair = new(options.PostfixTlsMgr, ours, Quiet);
            for (int i = 0; i < options.Count / Pairs && Volatile.Read(ref different) < MaximumDifferences; i++)
            {
                Conversation conversation = generator.Make(i);
                (ConversationResult theirs, ConversationResult own) = pair.Run(conversation);
                if (Judge.IsSame(conversation, theirs, own))
                {
                    Interlocked.Increment(ref same);
                    continue;
                }

                pair.Dispose();
                bool isReal = Examine(options.PostfixTlsMgr, ours, generator, options.Seed + pairNumber, i, output);
                _ = isReal ? Interlocked.Increment(ref different) : Interlocked.Increment(ref same);
                pair = new DaemonPair(options.PostfixTlsMgr, ours, Quiet);
            }

            pair.Dispose();
        });
        output.WriteLine($"{same} passed, {different} failed");
        return different == 0 ? 0 : 1;
    }

    /// <summary>
    /// Runs the conversation and those before it again, with new daemons and a longer quiet time. A difference that
    /// remains is shrunk and shown; otherwise a reply was slow on a busy machine.
    /// </summary>
    private static bool Examine(
        string postfix, string ours, Generator generator, int seed, int number, TextWriter output)
    {
        IReadOnlyList<Conversation> history =
            [.. Enumerable.Range(int.Max(0, number - History), int.Min(number, History) + 1).Select(generator.Make)];
        if (FirstDifference(postfix, ours, history) is not (ConversationResult theirs, ConversationResult own))
        {
            return false;
        }

        Show($"DIFFERS  seed {seed}, conversation {number}:", [history[^1]], theirs, own, output);
        Shrinker shrinker = new(
            candidate => FirstDifference(postfix, ours, candidate) is not null, LongestShrinking, TimeProvider.System);
        IReadOnlyList<Conversation> smallest = shrinker.Shrink(history);
        if (FirstDifference(postfix, ours, smallest) is not (ConversationResult theirLast, ConversationResult ownLast))
        {
            return false;
        }

        Show(
            $"seed {seed}, conversation {number}, shrunk to {smallest.Count} conversations:", smallest, theirLast, ownLast,
            output);
        return true;
    }

    private static void Show(
        string head, IReadOnlyList<Conversation> conversations, ConversationResult theirs, ConversationResult own,
        TextWriter output)
    {
        lock (output)
        {
            output.WriteLine(head);
            foreach (string line in conversations.SelectMany(conversation => conversation.Lines()))
            {
                output.WriteLine($"  {line}");
            }

            Show("theirs", theirs, output);
            Show("ours", own, output);
            output.Flush();
        }
    }

    private static void Show(string side, ConversationResult result, TextWriter output)
    {
        foreach (string line in result.Replies.Concat(result.Log.Select(text => $"LOG {text}")))
        {
            output.WriteLine($"  {side,-6} {line}");
        }
    }

    private static (ConversationResult Theirs, ConversationResult Ours)? FirstDifference(
        string postfix, string ours, IReadOnlyList<Conversation> conversations)
    {
        using DaemonPair pair = new(postfix, ours, LongQuiet);
        foreach (Conversation conversation in conversations)
        {
            (ConversationResult theirs, ConversationResult own) = pair.Run(conversation);
            if (!Judge.IsSame(conversation, theirs, own))
            {
                return (theirs, own);
            }
        }

        return null;
    }
}
