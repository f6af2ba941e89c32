using System;
using System.Collections.Generic;
using System.Linq;
using Shouldly;
using TlsMgr.Tickets;
using TlsMgr.Tickets.Pool;

namespace TlsMgr.Tests.Tickets.Pool;

/// <summary>
/// A pool of hosts in virtual time: clients take a ticket at one host and offer it at another after up to two and a half
/// periods, while processes start anew and, if asked for, a rotation reaches half of the hosts only.
/// </summary>
internal sealed class PoolSimulation : IDisposable
{
    /// <summary>The number of classes of age: sixths of a period, up to two and a half periods.</summary>
    internal const int Classes = 15;

    private const int ClassSeconds = PoolHost.Period / 6;
    private const long Start = (1_000_000L * PoolHost.Period) + 700;

    private readonly System.Random _random;
    private readonly List<PoolHost> _hosts = [];
    private readonly PriorityQueue<(byte[] Name, long Issued), long> _tickets = new();
    private readonly int[] _resumed = new int[Classes];
    private readonly int[] _refused = new int[Classes];
    private readonly long[] _offsets;
    private long _now = Start;

    /// <summary>Makes a pool.</summary>
    /// <param name="hosts">The number of hosts.</param>
    /// <param name="difference">The largest difference of two clocks, in seconds.</param>
    internal PoolSimulation(int hosts, int difference)
    {
        _random = new System.Random(hosts + difference);
        _offsets = [.. Enumerable.Range(0, hosts).Select(index =>
            index == 0 ? 0 : index == 1 ? difference : _random.NextInt64(difference + 1))];
        _hosts.Add(new PoolHost(Start));
        byte[] state = _hosts[0].ReadFile();
        for (int index = 1; index < hosts; index++)
        {
            _hosts.Add(new PoolHost(Start + _offsets[index], state));
        }
    }

    /// <summary>The youngest age at which a ticket was refused; the largest number when none was.</summary>
    internal long YoungestRefused { get; private set; } = long.MaxValue;

    /// <summary>The share of tickets that were resumed in a class of age, in percent.</summary>
    internal double Resumed(int index) => 100.0 * _resumed[index] / int.Max(1, _resumed[index] + _refused[index]);

    /// <summary>Lets a number of clients come.</summary>
    internal void Run(int clients, bool isRotated)
    {
        for (int client = 0; client < clients; client++)
        {
            _now += _random.Next(1, 60);
            while (_tickets.TryPeek(out _, out long due) && due <= _now)
            {
                Offer();
            }

            if (isRotated && client == clients / 2)
            {
                Rotate();
            }

            PoolHost host = Host(_random.Next(_hosts.Count), _now);
            TicketKey key = host.GetCurrent().ShouldNotBeNull(host.Ratchet.Fault);
            _tickets.Enqueue((key.Name.ToArray(), _now), _now + _random.Next(Classes * ClassSeconds));
        }
    }

    public void Dispose() => _hosts.ForEach(static host => host.Dispose());

    private void Offer()
    {
        _tickets.TryDequeue(out (byte[] Name, long Issued) ticket, out long due);
        long age = due - ticket.Issued;
        bool isKnown = Host(_random.Next(_hosts.Count), due).Knows(ticket.Name);
        (isKnown ? _resumed : _refused)[age / ClassSeconds]++;
        YoungestRefused = isKnown ? YoungestRefused : long.Min(YoungestRefused, age);
    }

    /// <summary>A new generation at one host at once; half of the others join it.</summary>
    private void Rotate()
    {
        PoolHost first = Host(0, _now);
        first.Ratchet.TryRotate(first.Now, 0).ShouldBeTrue();
        for (int index = 1; index <= _hosts.Count / 2; index++)
        {
            using PoolState exported = first.ReadStored();
            PoolHost host = _hosts[index];
            using PoolState joined = host.ReadStored();
            joined.Join(exported).ShouldBeNull();
            PoolStateFile.Create(host.Path, joined, Native.Libc.UserIdentity.EffectiveUserId, uint.MaxValue)
                .ShouldBeNull();
            host.Restart();
        }
    }

    /// <summary>A host at a time; one in fifty processes is a new one.</summary>
    private PoolHost Host(int index, long time)
    {
        PoolHost host = _hosts[index];
        host.Pass(time + _offsets[index] - host.Wall);
        if (_random.Next(50) == 0)
        {
            host.Restart();
        }

        host.Look();
        return host;
    }
}
