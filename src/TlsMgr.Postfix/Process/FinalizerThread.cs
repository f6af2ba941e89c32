// The one thread that the runtime makes before Main, and that nothing but a finalizer reaches. Must never be given
// anything that takes long: everything that is to be finalized waits behind it.

using System;
using System.Runtime.CompilerServices;

namespace TlsMgr.Postfix.Process;

/// <summary>The runtime's thread for finalizers.</summary>
internal static class FinalizerThread
{
    /// <summary>Runs an action there and waits for its end. False when the runtime did not run it.</summary>
    /// <param name="action">What to run; it must not throw.</param>
    internal static bool Run(Action action)
    {
        StrongBox<bool> done = new();
        Leave(action, done);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return done.Value;
    }

    /// <summary>Makes an object that nobody knows. Not inlined: no register of the caller may know it either.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Leave(Action action, StrongBox<bool> done) => _ = new Errand(action, done);

    /// <summary>Does its work when it is collected.</summary>
    private sealed class Errand(Action action, StrongBox<bool> done)
    {
        ~Errand()
        {
            action();
            done.Value = true;
        }
    }
}
