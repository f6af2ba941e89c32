// The event loop of the daemon, on one thread: nothing that it calls needs a lock.
// Invariant: handlers and timers do not block, and each does a bounded amount of work, so that no descriptor starves.

using System;
using System.Collections.Generic;
using System.Threading;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Postfix.Events;

/// <summary>Waits for events of descriptors and for timers, and calls their handlers.</summary>
public sealed class EventLoop : IDisposable
{
    private readonly Epoll _epoll;
    private readonly List<Watch?> _watches = [];
    private readonly Stack<int> _freeSlots = [];
    private readonly EpollEvent[] _events = new EpollEvent[EventLimits.EventsPerTurn];
    private int _backoffShift;
    private int _waitsUntilSpin;
    private uint _generation;
    private long _turns;

    /// <summary>Creates a loop.</summary>
    /// <exception cref="FatalException">epoll_create1(2) failed.</exception>
    public EventLoop(TimeProvider clock)
    {
        int result = Epoll.Create(out Epoll? epoll);
        _epoll = epoll ?? throw new FatalException($"event_init: epoll_create: {Errno.Describe(result)}");
        Timers = new TimerQueue(clock);
    }

    /// <summary>The timers of the loop.</summary>
    public TimerQueue Timers { get; }

    /// <summary>The number of turns so far. Another thread may read it to detect a loop that is stuck.</summary>
    public long Turns => Volatile.Read(ref _turns);

    /// <summary>Watches a descriptor that the daemon requires.</summary>
    /// <exception cref="FatalException">The kernel cannot watch it.</exception>
    public Watch Require(int descriptor, IDescriptorHandler handler)
    {
        Watch watch = new(handler);
        int result = Add(watch, descriptor, EpollEvents.Readable);
        return result >= 0
            ? watch
            : throw new FatalException($"event_enable_read: epoll_ctl EPOLL_CTL_ADD: {Errno.Describe(result)}");
    }

    /// <summary>Watches a descriptor.</summary>
    /// <param name="watch">A watch that is not in use.</param>
    /// <param name="descriptor">The descriptor.</param>
    /// <param name="events">The events to watch for.</param>
    /// <returns>
    /// Zero or more; the negative of an <see cref="Errno"/> when the kernel cannot watch the descriptor.
    /// </returns>
    public int Add(Watch watch, int descriptor, EpollEvents events)
    {
        if (!_freeSlots.TryPop(out int slot))
        {
            slot = _watches.Count;
            _watches.Add(null);

            // Reserved here, so that closing a descriptor allocates nothing.
            _freeSlots.EnsureCapacity(_watches.Count);
        }

        watch.Begin(descriptor, ((ulong)++_generation << 32) | (uint)slot, events);
        int result = _epoll.Add(descriptor, events, watch.Token);
        if (result < 0)
        {
            _freeSlots.Push(slot);
            return result;
        }

        _watches[slot] = watch;
        return result;
    }

    /// <summary>Changes the events of a watch; makes no system call when they are the same.</summary>
    public void Change(Watch watch, EpollEvents events)
    {
        if (watch.Events != events)
        {
            watch.Events = events;
            _epoll.Modify(watch.Descriptor, events, watch.Token);
        }
    }

    /// <summary>Ends a watch. To be called before the descriptor is closed.</summary>
    public void Remove(Watch watch)
    {
        _epoll.Remove(watch.Descriptor);
        int slot = (int)(uint)watch.Token;
        _watches[slot] = null;
        _freeSlots.Push(slot);
    }

    /// <summary>Runs one turn: waits for events, and calls the handlers of descriptors and timers.</summary>
    /// <param name="mayWait">
    /// Whether to wait for an event; false, when there is other work, only polls.
    /// </param>
    /// <exception cref="FatalException">An outer seccomp filter refuses epoll_wait(2).</exception>
    public void Turn(bool mayWait)
    {
        int count = mayWait ? Wait() : _epoll.Wait(_events, 0);
        if (Errno.IsRefusal(count))
        {
            // Without the wait, the loop would spin and serve nobody.
            throw new FatalException($"event_loop: epoll_wait: {Errno.Describe(count)}");
        }

        Volatile.Write(ref _turns, _turns + 1);
        for (int i = 0; i < count; i++)
        {
            // The descriptor may have been closed earlier in this turn, and its slot may belong to another watch.
            ulong token = _events[i].Token;
            if (_watches[(int)(uint)token] is { } watch && watch.Token == token)
            {
                watch.Handler.OnEvents(_events[i].Events);
            }
        }

        Timers.RunDue();
    }

    /// <inheritdoc/>
    public void Dispose() => _epoll.Dispose();

    /// <summary>
    /// Waits for events. A wake-up takes longer than serving a request, so the loop polls for a while before it sleeps.
    /// Each time that finds no event, it spins half as often.
    /// </summary>
    private int Wait()
    {
        int timeoutMilliseconds = Timers.MillisecondsUntilNext();
        if (timeoutMilliseconds == 0 || --_waitsUntilSpin > 0)
        {
            return _epoll.Wait(_events, timeoutMilliseconds);
        }

        for (int polls = 0; polls < EventLimits.SpinPolls; polls++)
        {
            int count = _epoll.Wait(_events, 0);
            if (count != 0)
            {
                _backoffShift = 0;
                return count;
            }
        }

        _backoffShift = int.Min(_backoffShift + 1, EventLimits.MaxSpinBackoffShift);
        _waitsUntilSpin = 1 << _backoffShift;
        return _epoll.Wait(_events, timeoutMilliseconds);
    }
}
