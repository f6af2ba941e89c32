// The first attribute of a message is the request's name; a verb reads the other attributes. Replies to requests that
// change a cache are deferred until the turn's changes are committed.

using System;
using System.Buffers;
using System.Runtime.CompilerServices;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Logging;
using TlsMgr.Postfix.Memory;
using TlsMgr.Postfix.Protocol;
using TlsMgr.Postfix.Server;
using TlsMgr.Sessions;
using TlsMgr.Statistics;

namespace TlsMgr.Requests.Common;

/// <summary>Base class of the dispatchers of the service socket and of the control socket.</summary>
public abstract class Dispatcher : IRequestService, IDisposable
{
    private readonly ScratchMemory _decoded = new(MemoryLimits.ScratchBytes);

    private protected Dispatcher(
        SessionCaches caches, CounterSet<FaultKind> faults, Log log, TimerQueue timers, string peer)
    {
        Caches = caches;
        Faults = new RequestFaults(new FaultWarningLimiter(log, timers, peer), peer, faults);
    }

    /// <summary>The session caches.</summary>
    private protected SessionCaches Caches { get; }

    /// <summary>The buffer into which verbs decode base64; released after each request.</summary>
    private protected ScratchMemory Decoded => _decoded;

    /// <summary>Logs and counts faulty requests.</summary>
    private protected RequestFaults Faults { get; }

    /// <inheritdoc/>
    public abstract void WriteGreeting(IBufferWriter<byte> output);

    /// <inheritdoc/>
    public int Serve(ReadOnlySpan<byte> message, IBufferWriter<byte> reply)
    {
        OnReceived(message);
        AttributeReader reader = new(message);
        if (reader.TryReadRequest(CommonWords.Request, out ReadOnlySpan<byte> request))
        {
            try
            {
                return Serve(request, ref reader, message.Length, new AttributeWriter(reply));
            }
            finally
            {
                _decoded.Release();
            }
        }

        return Refuse(reader.Fault, reply);
    }

    /// <inheritdoc/>
    public void EndTurn() => Caches.EndTurn();

    /// <inheritdoc/>
    public virtual bool WriteDeferredReply(int deferred, IBufferWriter<byte> reply) =>
        DeferredReply.Write(deferred, Caches, new AttributeWriter(reply));

    /// <inheritdoc/>
    public void Dispose()
    {
        _decoded.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Apart, so that the locals of this rare case are not cleared at each request.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private int Refuse(AttributeFault fault, IBufferWriter<byte> reply)
    {
        Faults.Report(fault);
        if (!fault.IsEndOfStream)
        {
            DeferredReply.WriteNow(RequestStatus.Fault, new AttributeWriter(reply));
        }

        return 0;
    }

    /// <summary>Called with each message before it is parsed.</summary>
    private protected virtual void OnReceived(ReadOnlySpan<byte> message)
    {
    }

    /// <summary>Runs the verb of a request.</summary>
    /// <param name="request">The name of the request.</param>
    /// <param name="reader">Positioned at the attribute after the name.</param>
    /// <param name="messageBytes">The length of the message: an upper bound for each attribute.</param>
    /// <param name="reply">Receives the reply.</param>
    /// <returns>0, or a deferred reply: see <see cref="IRequestService.Serve"/>.</returns>
    private protected abstract int Serve(
        ReadOnlySpan<byte> request, ref AttributeReader reader, int messageBytes, AttributeWriter reply);
}
