using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests.Start;

/// <summary>
/// Refuses every system call of the start with EPERM and with ENOSYS, by a seccomp filter around the program, for this
/// daemon, Postfix's tlsmgr and tlsmgrctl, and compares the outcomes with the table. <c>make start-walk</c> takes all
/// calls, the short form some of each outcome.
/// </summary>
[Trait("Needs", "root")]
[Trait("Traced", "not")]
public sealed partial class StartWalkTests : IDisposable
{
    /// <summary>Starts mostly wait: a second after a fatal record, and for the names that Postfix's looks up.</summary>
    private const int StartsAtATime = 4;

    private static readonly (string Call, string Error)[] Sample =
    [
        ("clone3", "EPERM"), ("statx", "EPERM"), ("getrandom", "EPERM"), ("sendto", "EPERM"), ("recvfrom", "ENOSYS"),
        ("seccomp", "EPERM"), ("ftruncate", "EPERM"), ("exit_group", "EPERM"), ("sysinfo", "EPERM"),
        ("futex", "ENOSYS"), ("rt_sigaction", "EPERM"), ("rt_sigreturn", "EPERM"), ("accept4", "EPERM"),
        ("epoll_wait", "EPERM"), ("signalfd4", "ENOSYS"), ("chroot", "EPERM"), ("mmap", "EPERM"),
        ("openat", "ENOSYS"), ("write", "EPERM"),
    ];

    private readonly OuterFilter _filter = new();

    private static bool IsFull => Environment.GetEnvironmentVariable("START_WALK") == "full";

    public void Dispose() => _filter.Dispose();

    [Fact]
    public void A_refused_call_has_the_outcome_of_the_table()
    {
        IReadOnlyList<StartWalkRow> table = StartWalkTable.Read();
        IEnumerable<(string Call, string Error)> cases = IsFull
            ? TracedCalls().Union(table.Select(row => row.Call))
                .SelectMany(call => StartWalkTable.Errors, (call, error) => (call, error.Name))
            : Sample;

        IReadOnlyList<string> seen = [.. StartWalkTable.Format(Walk(cases))];

        if (IsFull)
        {
            string received = Path.Combine(RepositoryRoot.Path, "artifacts", "start-walk.received.md");
            File.WriteAllLines(received, seen);
            seen.ShouldBe(StartWalkTable.Format(table), $"what was seen is in {received}");
        }
        else
        {
            seen.ShouldBe(StartWalkTable.Format(table.Where(row => cases.Contains((row.Call, row.Error)))));
        }
    }

    [Fact]
    public void Every_call_of_the_start_is_in_the_table() =>
        TracedCalls().Except(StartWalkTable.Read().Select(row => row.Call)).ShouldBeEmpty();

    private ConcurrentBag<StartWalkRow> Walk(IEnumerable<(string Call, string Error)> cases)
    {
        ConcurrentBag<StartWalkRow> rows = [];
        ParallelOptions options = new() { MaxDegreeOfParallelism = StartsAtATime };
        Parallel.ForEach(cases, options, item =>
        {
            int number = StartWalkTable.Errors.Single(error => error.Name == item.Error).Number;
            IReadOnlyList<string> runner = _filter.Around((item.Call, number));
            StartOutcome ours = StartOutcome.Of(PublishedBinary.Path, runner);
            StartOutcome original = StartOutcome.Of(PublishedBinary.PostfixTlsMgr, runner);
            ToolOutcome tool = ToolOutcome.OfBoth(runner);
            rows.Add(StartWalkTable.CallsOfTheLoader.Contains(item.Call) && tool.Kind != ToolOutcome.Works
                ? new StartWalkRow(item.Call, item.Error, InLoader(ours), InLoader(original), StartOutcome.DoesNotStart)
                : new StartWalkRow(item.Call, item.Error, ours.Kind, original.Kind, tool.Kind));
        });
        return rows;
    }

    /// <summary>The loader ends by a status or by a signal, and has no log.</summary>
    private static string InLoader(StartOutcome outcome) =>
        outcome.Log.Count == 0 && outcome.ExitStatus is > 1 or < 0 ? StartOutcome.DoesNotStart : outcome.Kind;

    /// <summary>What strace(1) sees of the daemon, from exec to its end after one request, and of the tool.</summary>
    private static HashSet<string> TracedCalls()
    {
        string trace = Path.GetTempFileName();
        try
        {
            IReadOnlyList<string> runner = ["/usr/bin/strace", "-f", "-qq", "-o", trace];
            StartOutcome.Of(PublishedBinary.Path, runner).Kind.ShouldBe(StartOutcome.Serves);
            HashSet<string> calls = [.. CallsIn(trace)];
            ToolOutcome.Of(runner, "--version").Kind.ShouldBe(ToolOutcome.Works);
            calls.UnionWith(CallsIn(trace));
            return calls;
        }
        finally
        {
            File.Delete(trace);
        }
    }

    private static IEnumerable<string> CallsIn(string trace) =>
        CallName().Matches(File.ReadAllText(trace)).Select(match => match.Groups[1].Value);

    [GeneratedRegex(@"^\d+ +([a-z]\w+)\(", RegexOptions.Multiline)]
    private static partial Regex CallName();
}
