// The one loop of the daemon: waits for descriptors and timers, and lets their owners work. One thread, so nothing it
// calls needs a lock. Must never wait anywhere but in its one wait, and never let one descriptor starve the others.

using System;
using System.Collections.Generic;
using System.Threading;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Postfix.Events;

/// <summary>What happens on a watched descriptor.</summary>
public interface IDescriptorHandler
{
    /// <summary>Something happened. Must not throw, and must do a bounded amount of work.</summary>
    void OnEvents(EpollEvents events);
}

/// <summary>The event loop.</summary>
public sealed class EventLoop : IDisposable
{
    private readonly Epoll _epoll;
    private readonly List<Watch?> _watches = [];
    private readonly Stack<int> _freeSlots = [];
    private readonly EpollEvent[] _events = new EpollEvent[EventLimits.EventsPerTurn];
    private int _doublings;
    private int _waitsUntilLook;
    private uint _generation;
    private long _turns;

    /// <summary>Makes a loop.</summary>
    /// <exception cref="FatalException">The kernel gives no epoll descriptor.</exception>
    public EventLoop(TimeProvider clock)
    {
        int answer = Epoll.Create(out Epoll? epoll);
        _epoll = epoll ?? throw new FatalException($"event_init: epoll_create: {Errno.Describe(answer)}");
        Timers = new TimerQueue(clock);
    }

    /// <summary>Actions for later.</summary>
    public TimerQueue Timers { get; }

    /// <summary>How often the loop has turned. Another thread may read it to see that the loop lives.</summary>
    public long Turns => Volatile.Read(ref _turns);

    /// <summary>Watches a descriptor that the daemon cannot do without.</summary>
    /// <exception cref="FatalException">The kernel cannot watch it.</exception>
    public Watch Require(int descriptor, IDescriptorHandler handler)
    {
        Watch watch = new(handler);
        int answer = Add(watch, descriptor, EpollEvents.Readable);
        return answer >= 0
            ? watch
            : throw new FatalException($"event_enable_read: epoll_ctl EPOLL_CTL_ADD: {Errno.Describe(answer)}");
    }

    /// <summary>Watches a descriptor.</summary>
    /// <param name="watch">One that is not in use.</param>
    /// <param name="descriptor">The descriptor.</param>
    /// <param name="events">What to watch it for.</param>
    /// <returns>
    /// Zero or more; the negative of an <see cref="Errno"/> when the kernel cannot watch that descriptor.
    /// </returns>
    public int Add(Watch watch, int descriptor, EpollEvents events)
    {
        if (!_freeSlots.TryPop(out int slot))
        {
            slot = _watches.Count;
            _watches.Add(null);
            // Whoever closes a descriptor must need no memory for it.
            _freeSlots.EnsureCapacity(_watches.Count);
        }

        watch.Begin(descriptor, ((ulong)++_generation << 32) | (uint)slot, events);
        int answer = _epoll.Add(descriptor, events, watch.Token);
        if (answer < 0)
        {
            _freeSlots.Push(slot);
            return answer;
        }

        _watches[slot] = watch;
        return answer;
    }

    /// <summary>Changes what a descriptor is watched for; costs nothing when it is watched for that already.</summary>
    public void Change(Watch watch, EpollEvents events)
    {
        if (watch.Events != events)
        {
            watch.Events = events;
            _epoll.Modify(watch.Descriptor, events, watch.Token);
        }
    }

    /// <summary>Watches a descriptor no longer. To be called before it is closed.</summary>
    public void Remove(Watch watch)
    {
        _epoll.Remove(watch.Descriptor);
        int slot = (int)(uint)watch.Token;
        _watches[slot] = null;
        _freeSlots.Push(slot);
    }

    /// <summary>One turn: waits until something happens, and lets the owners of descriptors and timers work.</summary>
    /// <param name="mayWait">
    /// Whether there is nothing else to do: else only what has happened already is looked at.
    /// </param>
    public void Turn(bool mayWait)
    {
        int count = mayWait ? Wait() : _epoll.Wait(_events, 0);
        Volatile.Write(ref _turns, _turns + 1);
        for (int i = 0; i < count; i++)
        {
            // The descriptor may have been closed earlier in this turn, and its slot may have a new owner.
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
    /// Waits. Being woken takes longer than serving a request, so it looks for the next event a while before it sleeps,
    /// as long as that is not in vain: each time it is, it does so half as often.
    /// </summary>
    private int Wait()
    {
        int timeoutMilliseconds = Timers.MillisecondsUntilNext();
        if (timeoutMilliseconds == 0 || --_waitsUntilLook > 0)
        {
            return _epoll.Wait(_events, timeoutMilliseconds);
        }

        for (int looks = 0; looks < EventLimits.SpinPolls; looks++)
        {
            int count = _epoll.Wait(_events, 0);
            if (count != 0)
            {
                _doublings = 0;
                return count;
            }
        }

        _doublings = int.Min(_doublings + 1, EventLimits.MaxSpinBackoffShift);
        _waitsUntilLook = 1 << _doublings;
        return _epoll.Wait(_events, timeoutMilliseconds);
    }
}

/// <summary>One watched descriptor, and when that is closed, perhaps the next.</summary>
/// <param name="handler">Who is told what happens.</param>
public sealed class Watch(IDescriptorHandler handler)
{
    internal int Descriptor { get; private set; }

    internal ulong Token { get; private set; }

    internal IDescriptorHandler Handler => handler;

    internal EpollEvents Events { get; set; }

    internal void Begin(int descriptor, ulong token, EpollEvents events)
    {
        Descriptor = descriptor;
        Token = token;
        Events = events;
    }
}
