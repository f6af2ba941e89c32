using System;
using System.Linq;
using Shouldly;
using TlsMgr.Administration;
using TlsMgr.Postfix.Server;
using TlsMgr.Sessions;
using TlsMgr.Tests.Requests;
using Xunit;

namespace TlsMgr.Tests.Administration;

/// <summary>The statistics lines: when they are written, and their text.</summary>
public sealed class StatisticsLogTests : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(600);

    private readonly ServiceRig _rig = new(logLevel: "0");
    private readonly ConnectionCounters _connections = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void Each_active_cache_and_the_service_have_a_line_with_all_counters()
    {
        Start();
        foreach (string request in new[]
        {
            "request|seed|size|32||", "request|seed|size|0||", "request|seed|size|x||", "request|seed||",
            "request|policy|cache_type|lmtp||", "request|tktkey|keyname|||", "request|tktkey|keyname|||",
            "request|update|cache_type|smtp|cache_id|a|session|QUJD||", "request|lookup|cache_type|smtp|cache_id|a||",
            "request|update|cache_type|smtp|cache_id|b|session|QUJD||", "request|lookup|cache_type|smtp|cache_id|c||",
            "request|delete|cache_type|smtp|cache_id|a||", "request|delete|cache_type|smtp|cache_id|a||",
            "request|bogus||", "request|policy|cache_type|x||", "bogus|x||",
        })
        {
            _rig.Ask(request);
        }

        _rig.TakeRecords();

        PassTime(Interval);

        _rig.TakeRecords().Select(WithoutSize).ShouldBe(
        [
            "statistics: smtp session cache: lookups 2 hits 1 stores 2 deletes 1 expired 0 evicted 0 unneeded 0 entries 1 size N",
            "statistics: service: requests seed 4 policy 2 lookup 2 update 2 delete 2 tktkey 2 unknown 1; "
                + "faults missing 1 unexpected 1 malformed 1 incomplete 0 bogus 2 timeout 0 oversized 0 unforeseen 0; "
                + "connections now 0 most 0 total 0; seeds 1; ticket keys issued 2 refused 0 rotated 1; "
                + "slowest request 0.000ms",
        ]);
    }

    [Fact]
    public void A_line_of_a_cache_that_is_not_well_has_the_reason()
    {
        Start();
        _rig.Caches.Find("smtpd"u8)!.Condition.HoldInMemory("its file system has no locks");
        _rig.Ask("request|lookup|cache_type|smtpd|cache_id|a||");
        _rig.TakeRecords();

        PassTime(Interval);

        _rig.TakeRecords()[0].ShouldStartWith(
            "statistics: smtpd session cache (memory: its file system has no locks): lookups 1 ");
    }

    [Fact]
    public void A_cache_that_could_not_be_opened_has_a_line_with_the_reason_beside_that_of_the_service()
    {
        using SessionCaches caches = SessionCaches.Open(
            [new("smtp", "btree:/nonexistent/x", 3600, "0"), new("lmtp", "", 3600, "0")],
            new SessionCacheContext(_rig.Log, _rig.Clock, _rig.Timers));
        new StatisticsLog(
            new(caches, _rig.Counters, _connections, _rig.Keys, null, _rig.Clock, 0), Interval, _rig.Timers,
            _rig.Log).Start();
        PassTime(Interval);
        _rig.TakeRecords().ShouldNotContain(record => record.StartsWith("statistics: "));
        _rig.Ask("request|seed|size|1||");

        PassTime(Interval);

        string[] records = [.. _rig.TakeRecords()];
        records.Length.ShouldBe(2);
        records[0].ShouldStartWith("statistics: smtp session cache (off: ");
        records[0].ShouldEndWith("No such file or directory): no figures");
        records[1].ShouldStartWith("statistics: service: ");
    }

    [Fact]
    public void Nothing_is_logged_until_a_counter_changes()
    {
        StatisticsLog statistics = Start();
        PassTime(Interval);
        _rig.TakeRecords().ShouldBeEmpty();

        _rig.Ask("request|seed|size|1||");
        PassTime(Interval - TimeSpan.FromSeconds(1));
        _rig.TakeRecords().ShouldBeEmpty();
        PassTime(TimeSpan.FromSeconds(1));
        _rig.TakeRecords().ShouldHaveSingleItem().ShouldContain("requests seed 1 ");
        PassTime(Interval);
        statistics.End();
        _rig.TakeRecords().ShouldBeEmpty();

        _rig.Ask("request|seed|size|1||");
        statistics.End();
        _rig.TakeRecords().ShouldHaveSingleItem().ShouldContain("requests seed 2 ");
    }

    [Fact]
    public void Events_without_a_request_are_logged_too()
    {
        StatisticsLog statistics = Start();
        foreach ((Action cause, string expected) in new (Action, string)[]
        {
            (() => _connections.Timeouts++, " timeout 1 "),
            (() => _connections.Oversized++, " oversized 1 "),
            (() => _connections.Unforeseen++, " unforeseen 1;"),
            (() => _rig.Keys.Ring.Rotate(), "ticket keys issued 0 refused 0 rotated 1;"),
        })
        {
            cause();
            PassTime(Interval);
            _rig.TakeRecords().ShouldHaveSingleItem().ShouldContain(expected);
        }

        _connections.Timeouts++;
        statistics.End();
        _rig.TakeRecords().ShouldHaveSingleItem().ShouldContain(" timeout 2 ");
    }

    [Fact]
    public void A_connection_without_a_request_causes_no_line()
    {
        StatisticsLog statistics = Start();
        _connections.Opened();

        PassTime(Interval);
        statistics.End();

        _rig.TakeRecords().ShouldBeEmpty();
    }

    [Fact]
    public void An_interval_of_0_disables_the_lines()
    {
        StatisticsLog statistics = Start(TimeSpan.Zero);
        _rig.Ask("request|seed|size|1||");

        PassTime(Interval);
        statistics.End();

        _rig.TakeRecords().ShouldBeEmpty();
    }

    [Fact]
    public void Removals_by_lookups_and_sweeps_are_counted_as_expired()
    {
        Start();
        for (int i = 0; i < 100; i++)
        {
            _rig.Ask($"request|update|cache_type|smtp|cache_id|{i}|session|QUJD||");
        }

        PassTime(TimeSpan.FromSeconds(121));
        _rig.Ask("request|lookup|cache_type|smtp|cache_id|1||");
        while (_rig.Caches.SweepStep())
        {
            _rig.Caches.EndTurn();
        }

        PassTime(Interval);

        _rig.TakeRecords()[0].ShouldContain("lookups 1 hits 0 stores 100 deletes 0 expired 100 evicted 0 unneeded 0 entries 0 ");
    }

    [Fact]
    public void Expired_sessions_that_a_store_removes_are_not_counted_as_evicted()
    {
        Start();
        for (int i = 0; i < 5; i++)
        {
            _rig.Ask($"request|update|cache_type|smtp|cache_id|{i}|session|QUJD||");
        }

        _rig.Clock.Advance(TimeSpan.FromSeconds(121));
        _rig.Ask("request|update|cache_type|smtp|cache_id|new|session|QUJD||");
        _rig.Ask("request|update|cache_type|smtp|cache_id|newer|session|QUJD||");
        while (_rig.Caches.SweepStep())
        {
            _rig.Caches.EndTurn();
        }

        PassTime(Interval);

        _rig.TakeRecords()[0].ShouldContain("stores 7 deletes 0 expired 5 evicted 0 unneeded 0 entries 2 ");
    }

    private StatisticsLog Start(TimeSpan? interval = null)
    {
        ServiceStatistics counters = new(_rig.Caches, _rig.Counters, _connections, _rig.Keys, sharing: null, _rig.Clock, 0);
        StatisticsLog statistics = new(counters, interval ?? Interval, _rig.Timers, _rig.Log);
        statistics.Start();
        return statistics;
    }

    private void PassTime(TimeSpan time)
    {
        _rig.Clock.Advance(time);
        _rig.Timers.RunDue();
    }

    private static string WithoutSize(string line)
    {
        int size = line.IndexOf(" size ", StringComparison.Ordinal);
        return size < 0 ? line : line[..size] + " size N";
    }
}
