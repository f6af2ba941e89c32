using System;
using System.Collections.Generic;
using System.Threading;
using Shouldly;
using TlsMgr.Pool.Connections;
using TlsMgr.Postfix.Events;
using Xunit;

namespace TlsMgr.Pool.Tests.Connections;

/// <summary>Actions for the event loop: none is lost, and none waits while the loop sleeps.</summary>
public sealed class LoopQueueTests : IDisposable
{
    private readonly EventLoop _loop = new(TimeProvider.System);
    private readonly LoopQueue _queue;
    private readonly List<string> _run = [];

    public LoopQueueTests() => _queue = new LoopQueue(_loop);

    public void Dispose() => _loop.Dispose();

    [Fact]
    public void Another_thread_wakes_the_loop_with_an_action()
    {
        Thread other = new(() => _queue.Post(() => _run.Add("other")));
        other.Start();

        Turn();

        _run.ShouldBe(["other"]);
        other.Join();
    }

    [Fact]
    public void What_is_added_while_the_loop_is_awake_is_run_at_the_end_of_the_turn()
    {
        _queue.MarkAwake();
        _queue.Post(() => _run.Add("first"));
        _queue.Post(() => _run.Add("second"));
        _run.ShouldBeEmpty();

        _queue.FinishTurn();

        _run.ShouldBe(["first", "second"]);
    }

    [Fact]
    public void What_an_action_adds_wakes_the_loop_for_another_turn()
    {
        _queue.Post(() => _queue.Post(() => _run.Add("added")));
        Turn();
        _run.ShouldBeEmpty();

        Turn();

        _run.ShouldBe(["added"]);
    }

    [Fact]
    public void After_a_turn_that_found_nothing_the_loop_is_woken_again()
    {
        _queue.MarkAwake();
        _queue.FinishTurn();
        _queue.Post(() => _run.Add("later"));

        Turn();

        _run.ShouldBe(["later"]);
    }

    [Fact]
    public void At_the_end_actions_are_dropped()
    {
        _queue.Dispose();
        _queue.Post(() => _run.Add("late"));
        _queue.FinishTurn();
        _run.ShouldBeEmpty();
    }

    /// <summary>Waits for an event: without one, the test would not end.</summary>
    private void Turn()
    {
        _loop.Turn(mayWait: true);
        _queue.FinishTurn();
    }
}
