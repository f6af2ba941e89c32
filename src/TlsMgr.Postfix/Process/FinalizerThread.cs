using System;
using System.Runtime.CompilerServices;

namespace TlsMgr.Postfix.Process;

/// <summary>
/// The runtime's thread for finalizers, the only thread that is started before Main. Only a finalizer can run code on
/// it, and other finalizers wait meanwhile: actions must be short.
/// </summary>
internal static class FinalizerThread
{
    /// <summary>Runs an action on the thread and waits for it. False when the runtime did not run it.</summary>
    /// <param name="action">The action; it must not throw.</param>
    internal static bool Run(Action action)
    {
        StrongBox<bool> done = new();
        CreateGarbage(action, done);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return done.Value;
    }

    /// <summary>
    /// Creates an unreachable object. Not inlined: a register of the caller could still refer to the object.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void CreateGarbage(Action action, StrongBox<bool> done) => _ = new FinalizerAction(action, done);

    /// <summary>Runs an action when it is collected.</summary>
    private sealed class FinalizerAction(Action action, StrongBox<bool> done)
    {
        ~FinalizerAction()
        {
            action();
            done.Value = true;
        }
    }
}
