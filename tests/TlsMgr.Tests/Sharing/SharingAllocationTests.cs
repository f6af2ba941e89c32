using System;
using System.Linq;
using System.Text;
using Shouldly;
using TlsMgr.Postfix.Protocol;
using TlsMgr.Sharing;
using Xunit;

namespace TlsMgr.Tests.Sharing;

/// <summary>
/// The way to the pool may allocate, as requests of this host alone do not: a bounded amount for each request.
/// </summary>
public sealed class SharingAllocationTests : SharingRig
{
    private const int Requests = 2000;
    private const int SessionBytes = 180;

    /// <summary>The sealed session, what keeps it until tlspool confirms it, and .NET's cipher: 506 bytes measured.</summary>
    private const int StoreBytes = 768;

    /// <summary>What is asked for, who waits, and the memory of what missed: 512 bytes measured.</summary>
    private const int LookupBytes = 768;

    [Fact]
    public void A_store_allocates_a_bounded_amount()
    {
        SharingHost host = Host();
        host.Link.Discards = true;
        byte[][] ids = Ids();
        byte[] session = new byte[SessionBytes];

        PerRequest(ids, id =>
        {
            host.Sharing.Stored(host.Caches[1], id, session);
            host.Sharing.EndTurn();
            ((ILinkReceiver)host.Sharing).OnReply(host.Link.LastNumber, PoolReplyStatus.Done, default);
        }).ShouldBeLessThan(StoreBytes);
        host.Figure("queued").ShouldBe(0);
        host.Count(SharingEvent.Stored).ShouldBe(2 * Requests);
    }

    [Fact]
    public void A_lookup_that_misses_everywhere_allocates_a_bounded_amount()
    {
        SharingHost host = Host();
        host.Link.Discards = true;
        byte[][] ids = Ids();

        PerRequest(ids, id =>
        {
            int deferred = host.Sharing.Ask(host.Caches[1], id);
            host.Sharing.EndTurn();
            ((ILinkReceiver)host.Sharing).OnReply(host.Link.LastNumber, PoolReplyStatus.NotFound, default);
            host.Sharing.TryEnd(deferred, out _, out _, out _).ShouldBeTrue();
        }).ShouldBeLessThan(LookupBytes);
        host.Count(SharingEvent.Misses).ShouldBe(2 * Requests);
    }

    /// <summary>Bytes of each request, after as many others.</summary>
    private static double PerRequest(byte[][] ids, Action<byte[]> serve)
    {
        Array.ForEach(ids[..Requests], id => serve(id));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Array.ForEach(ids[Requests..], id => serve(id));
        return (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Requests;
    }

    private static byte[][] Ids() =>
        [.. Enumerable.Range(0, 2 * Requests).Select(static number => Encoding.ASCII.GetBytes($"id-{number:d60}"))];
}
