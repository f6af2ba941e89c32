// The library has no quick reply for a lost node: it sends its requests to another one, is redirected, and fails after
// half a second, in which a lookup is overdue. So requests for these slots are not handed to it.

using System;
using System.Collections;
using System.Globalization;
using System.Net;
using StackExchange.Redis;

namespace TlsMgr.Pool.Servers;

/// <summary>The slots of a cluster whose nodes cannot be used: immutable, used by any thread.</summary>
internal sealed class LostSlots
{
    private const int AddressField = 1;
    private const int FlagsField = 2;
    private const int FirstSlotField = 8;
    private const string FailedFlag = "fail";

    private readonly BitArray _slots = new(ClusterSlot.Count);

    private LostSlots(string node)
    {
        Fault = new ServerFault(FaultKind.Unreachable, $"node {node} is lost");
    }

    /// <summary>What is reported of the cluster.</summary>
    internal ServerFault Fault { get; }

    /// <summary>Whether the node of a key is lost.</summary>
    internal bool Contains(RedisKey key) => Contains(ClusterSlot.Of((byte[]?)key));

    /// <summary>Whether the node of a slot is lost.</summary>
    internal bool Contains(int slot) => _slots[slot];

    /// <summary>Returns the lost slots; null when there are none.</summary>
    /// <param name="nodes">
    /// The reply to CLUSTER NODES, a line for each node: id, address, flags, primary, two times, epoch, state, and the
    /// slots of a primary.
    /// </param>
    /// <param name="isDisconnected">
    /// Whether the node at an address is known and not connected; one that the others gave up is lost in any case.
    /// </param>
    internal static LostSlots? Find(string nodes, Func<IPEndPoint, bool> isDisconnected)
    {
        LostSlots? lost = null;
        foreach (string line in nodes.Split('\n', StringSplitOptions.TrimEntries))
        {
            string[] fields = line.Split(' ');
            if (fields.Length > FirstSlotField && Parse(fields[AddressField]) is { } node
                && (isDisconnected(node) || Array.IndexOf(fields[FlagsField].Split(','), FailedFlag) >= 0))
            {
                lost ??= new LostSlots($"{node}");
                lost.Add(fields.AsSpan(FirstSlotField));
            }
        }

        return lost;
    }

    /// <summary>Adds ranges: <c>0-5460</c>, <c>7000</c>; in brackets, those that are on their way elsewhere.</summary>
    private void Add(ReadOnlySpan<string> ranges)
    {
        foreach (string range in ranges)
        {
            int dash = range.IndexOf('-');
            if (TryParse(dash < 0 ? range : range[..dash], out int first)
                && TryParse(dash < 0 ? range : range[(dash + 1)..], out int last))
            {
                for (int slot = first; slot <= last; slot++)
                {
                    _slots[slot] = true;
                }
            }
        }
    }

    private static bool TryParse(string text, out int slot) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out slot) && slot < ClusterSlot.Count;

    /// <summary>Reads <c>ADDRESS:PORT@BUS_PORT,NAME</c>; an IPv6 address has no brackets.</summary>
    private static IPEndPoint? Parse(string address)
    {
        string place = address.Split('@')[0];
        int colon = place.LastIndexOf(':');
        return colon > 0 && IPAddress.TryParse(place[..colon], out IPAddress? ip)
            && ushort.TryParse(place.AsSpan(colon + 1), CultureInfo.InvariantCulture, out ushort port)
                ? new IPEndPoint(ip, port)
                : null;
    }
}
