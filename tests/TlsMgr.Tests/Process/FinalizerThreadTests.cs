using System;
using Shouldly;
using TlsMgr.Postfix.Process;
using Xunit;

namespace TlsMgr.Tests.Process;

/// <summary>The runtime collects for each, and other tests measure what they allocate.</summary>
[Collection(AloneCollection.Name)]
public sealed class FinalizerThreadTests
{
    [Fact]
    public void What_is_run_there_runs_on_one_other_thread_and_is_waited_for()
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
