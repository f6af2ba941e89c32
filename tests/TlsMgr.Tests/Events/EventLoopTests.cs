using System;
using System.Collections.Generic;
using System.IO.Pipes;
using Shouldly;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Events;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Tests.Events;

/// <summary>Descriptors that are closed, and watched again, in the middle of a turn.</summary>
public sealed class EventLoopTests : IDisposable
{
    private readonly EventLoop _loop = new(new ManualClock());
    private readonly List<AnonymousPipeServerStream> _pipes = [];
    private readonly List<string> _events = [];

    public void Dispose()
    {
        _loop.Dispose();
        _pipes.ForEach(pipe => pipe.Dispose());
    }

    [Fact]
    public void An_event_of_a_descriptor_that_was_closed_in_this_turn_does_not_reach_the_next_in_its_slot()
    {
        int[] readable = [OpenPipe(isReadable: true), OpenPipe(isReadable: true)];
        int silent = OpenPipe(isReadable: false);
        Watch[] watches = new Watch[2];
        for (int i = 0; i < watches.Length; i++)
        {
            int other = 1 - i;
            watches[i] = _loop.Require(readable[i], new Handler(() =>
            {
                _events.Add("ready");
                _loop.Remove(watches[other]);
                _loop.Add(new Watch(new Handler(() => _events.Add("silent"))), silent, EpollEvents.Readable)
                    .ShouldBe(0);
            }));
        }

        _loop.Turn(mayWait: false);

        _events.ShouldBe(["ready"]);
    }

    [Fact]
    public void A_descriptor_in_a_slot_that_was_used_before_gets_its_events()
    {
        Watch first = _loop.Require(OpenPipe(isReadable: true), new Handler(() => _events.Add("first")));
        _loop.Remove(first);
        _loop.Require(OpenPipe(isReadable: true), new Handler(() => _events.Add("second")));

        _loop.Turn(mayWait: false);

        _events.ShouldBe(["second"]);
    }

    private int OpenPipe(bool isReadable)
    {
        AnonymousPipeServerStream pipe = new(PipeDirection.Out);
        _pipes.Add(pipe);
        if (isReadable)
        {
            pipe.WriteByte(1);
        }

        return (int)pipe.ClientSafePipeHandle.DangerousGetHandle();
    }

    private sealed class Handler(Action action) : IDescriptorHandler
    {
        public void OnEvents(EpollEvents events) => action();
    }
}
