using System;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Pool.Serving;

/// <summary>Accepts clients from a listen socket of master(8).</summary>
internal sealed class PoolListener : IDescriptorHandler
{
    private static readonly TimeSpan ShortagePause = TimeSpan.FromSeconds(1);

    private readonly int _descriptor;
    private readonly EventLoop _loop;
    private readonly PoolClients _clients;
    private readonly Watch _watch;

    /// <summary>Starts to accept.</summary>
    /// <exception cref="FatalException">The descriptor is not a listen socket from master.</exception>
    internal PoolListener(int descriptor, EventLoop loop, PoolClients clients)
    {
        _descriptor = descriptor;
        _loop = loop;
        _clients = clients;
        _watch = loop.Require(descriptor, this);
    }

    /// <inheritdoc/>
    /// <exception cref="FatalException">An outer seccomp filter refuses accept4(2).</exception>
    public void OnEvents(EpollEvents events)
    {
        for (int count = 0; count < ServingLimits.Connections; count++)
        {
            int client = UnixSocket.Accept(_descriptor);
            if (client >= 0)
            {
                _clients.Accept(client);
                continue;
            }

            if (Errno.IsRefusal(client))
            {
                throw new FatalException($"accept connection: {Errno.Describe(client)}");
            }

            if (client is not (-Errno.TryAgain or -Errno.Interrupted or -Errno.ConnectionAborted))
            {
                // No descriptor or no memory: it would recur at once.
                _clients.WarnOf($"accept connection: {Errno.Describe(client)}");
                _loop.Change(_watch, EpollEvents.None);
                _loop.Timers.Schedule(ShortagePause, () => _loop.Change(_watch, EpollEvents.Readable));
            }

            return;
        }
    }
}
