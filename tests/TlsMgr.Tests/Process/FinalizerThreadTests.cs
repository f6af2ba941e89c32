using System;
using Shouldly;
using TlsMgr.Postfix.Process;
using Xunit;

namespace TlsMgr.Tests.Process;

/// <summary>Alone: each run collects garbage, and other tests measure their allocations.</summary>
[Collection(AloneCollection.Name)]
public sealed class FinalizerThreadTests
{
    [Fact]
    public void Actions_run_on_the_same_other_thread_and_are_waited_for()
    {
        int first = 0;
        int second = 0;

        FinalizerThread.Run(() => first = Environment.CurrentManagedThreadId).ShouldBeTrue();
        FinalizerThread.Run(() => second = Environment.CurrentManagedThreadId).ShouldBeTrue();

        first.ShouldNotBe(0);
        first.ShouldNotBe(Environment.CurrentManagedThreadId);
        second.ShouldBe(first);
    }
}
