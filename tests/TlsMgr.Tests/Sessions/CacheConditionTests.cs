using System;
using LightningDB;
using Shouldly;
using TlsMgr.Native.Lmdb;
using TlsMgr.Sessions;
using Xunit;

namespace TlsMgr.Tests.Sessions;

/// <summary>The condition of a cache: the reason that administrators read, and one line in the log per change.</summary>
public sealed class CacheConditionTests : IDisposable
{
    private readonly CacheRig _rig = new();
    private readonly CacheCondition _condition;

    public CacheConditionTests() => _condition = new CacheCondition(
        new CacheLog(_rig.Log, "smtpd", "btree:/x", logsOperations: false), _rig.Clock);

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void A_fault_is_logged_once_and_forgotten_when_changes_succeed_for_a_minute()
    {
        _condition.Fault(MDBResultCode.MapFull, null);
        _condition.Fault(MDBResultCode.MapFull, null);
        State.ShouldBe((CacheHealth.Degraded, $"{MDBResultCode.MapFull.Describe()} -- sessions are not kept for now"));
        _condition.Committed();
        State.Item1.ShouldBe(CacheHealth.Degraded, "the fault was just now");
        _rig.Clock.Advance(TimeSpan.FromSeconds(CacheLimits.RecoverySeconds));
        _condition.Committed();

        State.ShouldBe((CacheHealth.Healthy, ""));
        _rig.Lines.Count.ShouldBe(2);
        _rig.Lines[1].ShouldBe("Info: smtpd TLS cache btree:/x: works again");
    }

    [Fact]
    public void A_cache_in_memory_is_one_again_after_a_fault()
    {
        _condition.HoldInMemory("its file system has no locks");
        _condition.Fault(MDBResultCode.MapFull, null);
        _rig.Clock.Advance(TimeSpan.FromSeconds(CacheLimits.RecoverySeconds));
        _condition.Committed();

        State.ShouldBe((CacheHealth.InMemory, "its file system has no locks"));
    }

    [Fact]
    public void A_cache_that_is_off_keeps_its_reason()
    {
        _condition.Fail("open database /x.lmdb: Permission denied");
        _condition.Fault(MDBResultCode.Panic, null);

        State.ShouldBe((CacheHealth.Off, "open database /x.lmdb: Permission denied"));
        _rig.Lines.ShouldBe(
        [
            "Error: open database /x.lmdb: Permission denied",
            "Warning: btree:/x is unavailable. open database /x.lmdb: Permission denied",
        ]);
    }

    [Fact]
    public void A_cache_that_nobody_wants_is_off_without_a_line()
    {
        _condition.SwitchOff("smtpd_tls_session_cache_timeout is 0");

        State.ShouldBe((CacheHealth.Off, "smtpd_tls_session_cache_timeout is 0"));
        _rig.Lines.ShouldBeEmpty();
    }

    private (CacheHealth, string) State => (_condition.Health, _condition.Reason);
}
