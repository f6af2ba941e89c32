using System.Runtime.InteropServices;
using System.Threading;
using Shouldly;
using TlsMgr.Native.Libc;
using Xunit;

namespace TlsMgr.Tests.Libc;

/// <summary>Signals to a thread that blocks them; the other threads of this process are not affected.</summary>
public sealed partial class SignalDescriptorTests
{
    private const int UserSignal = 10; // SIGUSR1; its default action would end this process
    private const int OtherSignal = 12; // SIGUSR2

    [Fact]
    public void Signals_are_pending_until_each_is_taken_once()
    {
        int[] taken = [-1, -1, -1, -1];
        Thread thread = new(() =>
        {
            SignalDescriptor.Create([UserSignal, OtherSignal], out SignalDescriptor? signals).ShouldBe(0);
            signals!.BlockInThisThread();
            taken[0] = signals.Take();
            Raise(OtherSignal);
            Raise(UserSignal);
            PollWait.ForEither(signals.Descriptor, signals.Descriptor).ShouldBe(2);
            for (int i = 1; i < taken.Length; i++)
            {
                taken[i] = signals.Take();
            }

            signals.Dispose();
        });
        thread.Start();
        thread.Join();

        taken.ShouldBe([0, UserSignal, OtherSignal, 0]);
    }

    /// <summary>Sends a signal to the calling thread.</summary>
    [LibraryImport("libc", EntryPoint = "raise")]
    private static partial int Raise(int signal);
}
