using System;
using System.Net;
using System.Text;
using Shouldly;
using TlsMgr.Pool.Servers;
using Xunit;

namespace TlsMgr.Pool.Tests.Servers;

/// <summary>Which slots of a cluster are lost, from the reply to CLUSTER NODES.</summary>
public sealed class LostSlotsTests
{
    private const string Nodes = """
        a1 10.0.0.1:7001@17001 myself,master - 0 1 1 connected 0-5460 16383 [7000->-b2]
        b2 10.0.0.2:7002@17002,mail-b master,fail? - 1 2 2 disconnected 5461-10921 12000
        c3 fd00::3:7003@17003 master - 0 3 3 connected 10922-11999 12001-16382
        d4 10.0.0.4:7004@17004 slave,fail b2 1 2 2 disconnected
        e5 :0@0 master,noaddr - 1 2 2 disconnected 16384-99999
        nonsense
        """;

    [Fact]
    public void Without_a_lost_node_there_are_none() => Find(static _ => false).ShouldBeNull();

    [Fact]
    public void The_slots_of_a_lost_node_are_lost_and_no_others()
    {
        LostSlots lost = Find(static place => place.Port == 7002)!;

        lost.Fault.ShouldBe(new ServerFault(FaultKind.Unreachable, "node 10.0.0.2:7002 is lost"));
        foreach (int slot in (int[])[5461, 7000, 10921, 12000])
        {
            lost.Contains(slot).ShouldBeTrue($"{slot}");
        }

        foreach (int slot in (int[])[0, 5460, 10922, 11999, 12001, 16383])
        {
            lost.Contains(slot).ShouldBeFalse($"{slot}");
        }
    }

    [Fact]
    public void An_IPv6_address_is_a_node_and_a_replica_has_no_slots()
    {
        Find(static place => place.Equals(new IPEndPoint(IPAddress.Parse("fd00::3"), 7003)))!
            .Contains(12001).ShouldBeTrue();
        Find(static place => place.Port == 7004).ShouldBeNull();
    }

    [Fact]
    public void A_node_that_the_others_gave_up_is_lost_although_it_is_connected() =>
        Find(static _ => false, Nodes.Replace("fail?", "fail"))!.Contains(5461).ShouldBeTrue();

    /// <summary>The examples of the specification of Redis Cluster and its server.</summary>
    [Theory]
    [InlineData("123456789", 12739)]
    [InlineData("foo", 12182)]
    [InlineData("bar", 5061)]
    [InlineData("", 0)]
    public void The_slot_of_a_key_is_that_of_the_server(string key, int slot) =>
        ClusterSlot.Of(Encoding.ASCII.GetBytes(key)).ShouldBe(slot);

    private static LostSlots? Find(Func<IPEndPoint, bool> isDisconnected, string nodes = Nodes) =>
        LostSlots.Find(nodes, isDisconnected);
}
