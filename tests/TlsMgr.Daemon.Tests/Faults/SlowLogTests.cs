using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests.Faults;

/// <summary>A slow reader of the log, and a client that causes many records.</summary>
[Trait("Needs", "root")]
public sealed class SlowLogTests
{
    private const int RequestsAtOnce = 64;
    private static readonly (string Request, string Reply) Good =
        ("request|policy|cache_type|smtpd||", "status|0|cachable|1|timeout|3600||");

    private static readonly (string Request, string Reply) Faulty =
        ("request|policy|cache_type|bogus||", "status|4294967294|cachable|0|timeout|0||");

    [Fact]
    public void A_flood_of_faulty_requests_delays_the_others_no_more_than_one_of_good_requests()
    {
        using FaultRun run = FaultRun.Start();
        using Worker reader = new(() => ReadSlowly(run.Daemon.Log));
        List<double> beforeGood = [];
        List<double> beforeFaulty = [];
        long requests = FaultRun.Choose(20_000, 4_000);
        for (int round = 0; round < 5; round++)
        {
            // The phases alternate, so that a busy machine slows both.
            beforeGood.Add(PercentileBeside(run, Good, requests));
            beforeFaulty.Add(PercentileBeside(run, Faulty, requests));
        }

        run.StopLoad();
        // Other load on the machine makes some phases slower, and none faster: the minima are compared.
        (beforeFaulty.Min() / beforeGood.Min()).ShouldBeLessThan(
            FaultRun.Choose(2, 3), $"p99 in ms beside good {string.Join(' ', beforeGood)}, faulty {string.Join(' ', beforeFaulty)}");
    }

    /// <summary>The time within which 99 % of the load's requests get their replies beside a flood.</summary>
    private static double PercentileBeside(FaultRun run, (string Request, string Reply) flood, long requests)
    {
        using AttributeClient client = run.Daemon.Connect();
        client.ReadList();
        byte[] sent = Repeat(flood.Request);
        byte[] expected = Repeat(flood.Reply);
        byte[] received = new byte[expected.Length];
        using Worker flooder = new(() =>
        {
            client.SendBytes(sent);
            client.ReadBytes(received);
            received.AsSpan().SequenceEqual(expected).ShouldBeTrue();
        });
        run.NextLoad();
        run.Serve(requests);
        return run.NextLoad().PercentileMilliseconds(0.99);
    }

    private static byte[] Repeat(string text) =>
        RunningDaemon.Bytes(string.Concat(Enumerable.Repeat(text, RequestsAtOnce)));

    /// <summary>At most a thousand records a second, as with a log daemon on a busy disk.</summary>
    private static void ReadSlowly(PostlogSocket log)
    {
        log.TakeRecord(TimeSpan.FromMilliseconds(20));
        Thread.Sleep(1);
    }

    /// <summary>Repeats a step in a thread until it is disposed of, and then checks that no step failed.</summary>
    private sealed class Worker : IDisposable
    {
        private readonly CancellationTokenSource _end = new();
        private readonly Thread _thread;
        private Exception? _fault;

        internal Worker(Action step)
        {
            _thread = new Thread(() =>
            {
                try
                {
                    while (!_end.IsCancellationRequested)
                    {
                        step();
                    }
                }
                catch (Exception fault)
                {
                    _fault = fault;
                }
            });
            _thread.Start();
        }

        public void Dispose()
        {
            _end.Cancel();
            _thread.Join();
            _end.Dispose();
            _fault.ShouldBeNull();
        }
    }
}
