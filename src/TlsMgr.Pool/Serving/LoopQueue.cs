using System;
using System.Collections.Concurrent;
using System.Threading;
using System.Threading.Tasks;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Pool.Serving;

/// <summary>
/// Actions that other threads hand to the event loop, in their order. Bounded by its users: each has a bounded number
/// of them under way.
/// </summary>
internal sealed class LoopQueue : IDescriptorHandler, IDisposable
{
    private readonly ConcurrentQueue<Action> _actions = new();
    private readonly CompletionContext _context;
    private readonly EventDescriptor _event;
    private int _isSignalled;
    private volatile bool _isClosed;

    /// <summary>Creates the queue.</summary>
    /// <exception cref="FatalException">There is no descriptor for it.</exception>
    internal LoopQueue(EventLoop loop)
    {
        int result = EventDescriptor.Create(out EventDescriptor? created);
        _context = new CompletionContext(this);
        _event = created ?? throw new FatalException($"event_init: eventfd: {Errno.Describe(result)}");
        loop.Require(_event.Descriptor, this);
    }

    /// <summary>Called after the actions that had come were run.</summary>
    internal Action? OnDrained { get; set; }

    /// <summary>Adds an action. May be called by any thread; after the end, the action is dropped.</summary>
    internal void Post(Action action)
    {
        if (_isClosed)
        {
            return;
        }

        _actions.Enqueue(action);
        if (Interlocked.Exchange(ref _isSignalled, 1) == 0)
        {
            _event.Signal();
        }
    }

    /// <summary>
    /// Has an action run by the event loop when a task of the library has finished. The thread that finishes it posts
    /// the action itself; without the context, it would hand it to a thread of the pool for that.
    /// </summary>
    internal void PostWhenDone(Task task, Action action)
    {
        SynchronizationContext? before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(_context);
        task.GetAwaiter().UnsafeOnCompleted(action);
        SynchronizationContext.SetSynchronizationContext(before);
    }

    /// <inheritdoc/>
    public void OnEvents(EpollEvents events)
    {
        _event.Clear();
        Volatile.Write(ref _isSignalled, 0);
        Interlocked.MemoryBarrier();
        for (int count = _actions.Count; count > 0 && _actions.TryDequeue(out Action? action); count--)
        {
            action();
        }

        OnDrained?.Invoke();
        if (!_actions.IsEmpty && Interlocked.Exchange(ref _isSignalled, 1) == 0)
        {
            _event.Signal();
        }
    }

    /// <summary>
    /// Takes no more actions. The descriptor stays open: another thread may be about to signal it, and the process
    /// ends.
    /// </summary>
    public void Dispose() => _isClosed = true;

    /// <summary>What a task posts is the action that was to run.</summary>
    private sealed class CompletionContext(LoopQueue queue) : SynchronizationContext
    {
        /// <inheritdoc/>
        public override void Post(SendOrPostCallback d, object? state) =>
            queue.Post(state as Action ?? (() => d(state)));
    }
}
