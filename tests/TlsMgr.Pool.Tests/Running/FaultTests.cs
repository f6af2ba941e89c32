using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Pool.Tests.Running;

/// <summary>What goes wrong with the server, and ends: it begins with one line in the log and ends with one.</summary>
public sealed class FaultTests
{
    /// <summary>A fault with a server and a daemon of its own: all of them pass at the same time.</summary>
    private sealed class Scenario(
        string line, bool isReachable, Action<RedisServer> begin, Action<RedisServer> end) : IDisposable
    {
        private readonly RedisServer _server = new();
        private RunningPool _pool = null!;
        private PoolConnection _connection = null!;

        internal void Start()
        {
            _pool = new RunningPool($"tlspool_server = {_server.Address}");
            _connection = _pool.ConnectWhenReachable();
            _connection.Put(PoolConnection.Key(1), "session").ShouldBe(0, line);
            _pool.AwaitUse();
        }

        internal void Begin() => begin(_server);

        internal void AwaitBegin()
        {
            // Requests of a server that fails have no effect, and are answered.
            _connection.Put(PoolConnection.Key(2), "session").ShouldBe(-2, line);
            IReadOnlyList<string> texts = _pool.Log.WaitFor(line, RunningPool.Timeout);
            texts.Count.ShouldBe(1, string.Join('\n', texts));
            texts[0].ShouldStartWith("warning: server 127.0.0.1:");
            _connection.State()["state"].ShouldBe(isReachable ? "degraded" : "unreachable", line);
            _connection.Get(PoolConnection.Key(1)).Status.ShouldBe(isReachable ? 0 : -2, line);
        }

        internal void End() => end(_server);

        internal void AwaitEnd()
        {
            _connection.AwaitSound();
            _connection.Put(PoolConnection.Key(3), "session").ShouldBe(0, line);
            IReadOnlyList<string> texts = _pool.Log.WaitFor("works again", RunningPool.Timeout);
            texts.Count.ShouldBe(1, string.Join('\n', texts));
        }

        public void Dispose()
        {
            _connection?.Dispose();
            _pool?.Dispose();
            _server.Dispose();
        }
    }

    [Fact]
    public void What_goes_wrong_begins_with_one_line_and_ends_with_one()
    {
        Scenario[] scenarios =
        [
            new("no reply within 1000 ms -- no session is shared", false,
                static server => server.Stop(), static server => server.Continue()),
            new("-- no session is shared", false, static server => server.Kill(), static server => server.StartAgain()),
            new("OOM command not allowed when used memory > 'maxmemory'. -- some sessions are not shared", true,
                static server => server.Ask("CONFIG", "SET", "maxmemory", "1"),
                static server => server.Ask("CONFIG", "SET", "maxmemory", "0")),
            new("READONLY You can't write against a read only replica. -- some sessions are not shared", true,
                static server => server.Ask("REPLICAOF", "127.0.0.1", "1"),
                static server => server.Ask("REPLICAOF", "NO", "ONE")),
            new("has no permissions to run the 'psetex' command -- some sessions are not shared", true,
                static server => server.Ask("ACL", "SETUSER", "default", "-psetex"),
                static server => server.Ask("ACL", "SETUSER", "default", "+psetex")),
        ];
        try
        {
            Array.ForEach(scenarios, static scenario => scenario.Start());
            Array.ForEach(scenarios, static scenario => scenario.Begin());
            Array.ForEach(scenarios, static scenario => scenario.AwaitBegin());
            Array.ForEach(scenarios, static scenario => scenario.End());
            Array.ForEach(scenarios, static scenario => scenario.AwaitEnd());
        }
        finally
        {
            Array.ForEach(scenarios, static scenario => scenario.Dispose());
        }
    }

    [Fact]
    public void A_server_that_is_emptied_is_announced_to_again()
    {
        using RedisServer server = new();
        using RunningPool pool = new($"tlspool_server = {server.Address}");
        using PoolConnection connection = pool.ConnectWhenReachable();
        connection.Follow(7).ShouldBe(0);
        connection.Put(PoolConnection.Key(1), "session").ShouldBe(0);
        connection.AwaitKnown(PoolConnection.Key(1));

        server.Ask("FLUSHALL");

        connection.Get(PoolConnection.Key(1)).Status.ShouldBe(-1);
        connection.Put(PoolConnection.Key(2), "session").ShouldBe(0);
        connection.AwaitKnown(PoolConnection.Key(2));
    }

    [Fact]
    public void An_announcement_that_fails_is_made_once_more()
    {
        using RedisServer server = new();
        using RunningPool pool = new($"tlspool_server = {server.Address}");
        using PoolConnection connection = pool.ConnectWhenReachable();
        connection.Follow(7).ShouldBe(0);
        server.Ask("ACL", "SETUSER", "default", "-xadd");
        connection.Put(PoolConnection.Key(1), "session").ShouldBe(0);
        SpinWait.SpinUntil(() => IsRefused(server, "xadd"), RunningPool.Timeout).ShouldBeTrue();

        server.Ask("ACL", "SETUSER", "default", "+xadd");

        connection.AwaitKnown(PoolConnection.Key(1));
    }

    private static bool IsRefused(RedisServer server, string command) =>
        server.Ask("INFO", "commandstats").Split('\n').Any(
            line => line.StartsWith($"cmdstat_{command}:", StringComparison.Ordinal)
                && !line.Contains("rejected_calls=0", StringComparison.Ordinal));

    [Fact]
    public void A_server_that_is_down_at_the_start_is_used_once_it_is_up()
    {
        using RedisServer server = new();
        server.Kill();
        using RunningPool pool = new($"tlspool_server = {server.Address}");
        using PoolConnection connection = pool.Connect();

        connection.AwaitReachable(false).ShouldBe("Connection refused");
        connection.Get(PoolConnection.Key(1)).ShouldBe((-2, ""));
        connection.Drop(PoolConnection.Key(1)).ShouldBe(-2);
        server.StartAgain();
        connection.AwaitReachable(true);

        connection.Put(PoolConnection.Key(1), "session").ShouldBe(0);
        pool.Log.TakeTexts().Single().ShouldBe(
            $"warning: server 127.0.0.1:{server.Port}: Connection refused -- no session is shared");
    }

    [Fact]
    public void A_server_that_closes_each_connection_is_named_with_that()
    {
        using ScriptedServer server = new() { ClosesConnections = true };
        using RunningPool pool = new($"tlspool_server = {server.Address}");
        using PoolConnection connection = pool.Connect();

        connection.AwaitReachable(false).ShouldBe("the server closed the connection");
    }

    /// <summary>A configuration, and what is said of a server that cannot be used with it.</summary>
    public static TheoryData<string, string> Mismatches => new()
    {
        { "server", "" },
        { "client of another authority", "certificate verification failed: UntrustedRoot" },
        { "server of another name", "certificate verification failed: it has another name" },
        { "plain server", "TLS handshake failed: timed out" },
        { "plain client", "Connection reset by peer" },
        { "client without a certificate", "certificate required" },
        { "client with a certificate", "" },
    };

    [Theory]
    [MemberData(nameof(Mismatches))]
    public void Certificates_are_checked_by_both_sides(string row, string reason)
    {
        using TestCertificates files = new();
        string[] tls = files.ServerOptions(
            row == "server of another name" ? "elsewhere" : "server", row.EndsWith("certificate", StringComparison.Ordinal));
        using TlsServer server = new(row != "plain server", tls);
        string authority = row == "client of another authority" ? "other-authority.pem" : "authority.pem";
        using RunningPool pool = new(
        [
            $"tlspool_server = {server.Address}",
            row == "plain client" ? "" : $"tlspool_tls_CAfile = {files[authority]}",
            .. row == "client with a certificate"
                ? (string[])[
                    $"tlspool_tls_cert_file = {files["client.pem"]}", $"tlspool_tls_key_file = {files["client.key"]}"]
                : [],
        ]);
        using PoolConnection connection = pool.Connect();

        connection.AwaitReachable(reason.Length == 0, reason);

        connection.Put(PoolConnection.Key(1), "session").ShouldBe(reason.Length == 0 ? 0 : -2);
        if (reason.Length == 0)
        {
            pool.AwaitUse();
        }
        else
        {
            pool.Log.WaitFor(reason, RunningPool.Timeout).Count.ShouldBe(1);
        }
    }
}
