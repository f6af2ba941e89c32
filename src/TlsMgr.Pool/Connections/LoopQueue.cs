using System;
using System.Collections.Concurrent;
using System.Threading;
using System.Threading.Tasks;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Pool.Connections;

/// <summary>
/// Actions that are run by the event loop at the end of its turn, in their order. Other threads add them, and handlers
/// of the loop that must not run them at once. Bounded by its users: each has a bounded number of them under way.
/// </summary>
internal sealed class LoopQueue : IDescriptorHandler, IDisposable
{
    private readonly ConcurrentQueue<Action> _actions = new();
    private readonly CompletionContext _context;
    private readonly EventDescriptor _event;

    /// <summary>1 while the loop will look at the queue without being woken.</summary>
    private int _isAwake;
    private volatile bool _isClosed;

    /// <summary>Creates the queue.</summary>
    /// <exception cref="FatalException">There is no descriptor for it.</exception>
    internal LoopQueue(EventLoop loop)
    {
        int result = EventDescriptor.Create(out EventDescriptor? created);
        Loop = loop;
        _context = new CompletionContext(this);
        _event = created ?? throw new FatalException($"event_init: eventfd: {Errno.Describe(result)}");
        loop.Require(_event.Descriptor, this);
    }

    /// <summary>The event loop.</summary>
    internal EventLoop Loop { get; }

    /// <summary>Adds an action. May be called by any thread; after the end, the action is dropped.</summary>
    internal void Post(Action action)
    {
        if (_isClosed)
        {
            return;
        }

        _actions.Enqueue(action);
        if (Interlocked.Exchange(ref _isAwake, 1) == 0)
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

    /// <summary>
    /// To be called by a handler that may add actions: until the end of the turn, nobody need wake the loop.
    /// </summary>
    internal void MarkAwake() => Volatile.Write(ref _isAwake, 1);

    /// <summary>Runs the actions that have come. To be called at the end of each turn.</summary>
    internal void FinishTurn()
    {
        for (int count = _actions.Count; count > 0 && _actions.TryDequeue(out Action? action); count--)
        {
            action();
        }

        Volatile.Write(ref _isAwake, 0);
        Interlocked.MemoryBarrier();
        if (!_actions.IsEmpty && Interlocked.Exchange(ref _isAwake, 1) == 0)
        {
            _event.Signal();
        }
    }

    /// <inheritdoc/>
    public void OnEvents(EpollEvents events) => _event.Clear();

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
