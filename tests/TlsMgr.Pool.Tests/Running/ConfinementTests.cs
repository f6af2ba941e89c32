using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Pool.Tests.Running;

/// <summary>What code in the published tlspool cannot do.</summary>
public sealed class ConfinementTests
{
    private const int Escape = 12; // SIGUSR2

    [Fact]
    [Trait("Sandbox", "left")]
    public void Forbidden_calls_are_refused_the_first_is_logged_and_the_service_continues()
    {
        using RedisServer server = new();
        using FaultShim shim = new("forbidden-network");
        using RunningPool pool = new(
            new DaemonDirectories { Program = "tlspool" }, shim.Runner, $"tlspool_server = {server.Address}");
        using PoolConnection connection = pool.ConnectWhenReachable();

        pool.Master.Process.Signal(Escape);
        string text = pool.Log.WaitFor("sandbox", RunningPool.Timeout)[^1];
        pool.Master.Process.Signal(Escape);

        connection.Put(PoolConnection.Key(1), "session").ShouldBe(0);
        text.ShouldStartWith("warning: sandbox: system call 49 (bind) of thread ");
        text.ShouldEndWith(" is forbidden and was refused");
    }
}
