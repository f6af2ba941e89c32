using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests.Faults;

/// <summary>
/// A tlspool that is silent, talks nonsense or dies: seeds, policies, ticket keys and sessions of this host are served, a
/// lookup that waits for it gets its reply, and memory does not grow.
/// </summary>
[Trait("Needs", "root")]
public sealed class HostilePoolServiceTests : IDisposable
{
    private const string Greeting =
        "protocol|tlspool_protocol|version|1||" + "number|0|status|0|reachable|1|reason|||";
    private const string Miss = "status|4294967295|session|||";
    private const string Update = "request|update|cache_type|smtp|cache_id|here|session|AAAA||";
    /// <summary>The first garbage of the collector's budget; 200 lookups without a bound would take more.</summary>
    private const int GrowthKibibytes = 8192;

    private const string Here = "request|lookup|cache_type|smtp|cache_id|here||";

    private static readonly Dictionary<string, Action<Socket>> Kinds = new()
    {
        ["silent"] = static client => Drain(client),
        ["greets and is silent"] = static client =>
        {
            Send(client, Greeting);
            Drain(client);
        },
        ["garbage"] = static client => Send(client, new string('x', 100)),
        ["another protocol"] = static client => Send(client, "protocol|tlsmgr_protocol||"),
        ["a megabyte of garbage"] = static client =>
        {
            Send(client, Greeting);
            Send(client, new string('x', 1024 * 1024));
        },
        ["half a reply"] = static client =>
        {
            Send(client, Greeting + "number|1|status|0|state");
            Drain(client);
        },
        ["closes at once"] = static client => client.Close(),
        ["says that it cannot reach the server"] = static client =>
        {
            Send(client, Greeting + "number|0|status|0|reachable|0|reason|no route||");
            Drain(client);
        },
        ["replies that nobody waits for"] = static client =>
        {
            Send(client, Greeting + string.Concat(Enumerable.Repeat("number|77|status|0|value|AAAA||", 1000)));
            Drain(client);
        },
    };

    private readonly List<IDisposable> _used = [];

    public static TheoryData<string> Hostile => [.. Kinds.Keys];

    public void Dispose()
    {
        _used.Reverse();
        _used.ForEach(static used => used.Dispose());
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Requests_are_served(string kind)
    {
        DaemonDirectories directories = new(
            "tlsmgr_pool_name = example", "tlsmgr_pool_caches = smtpd, smtp",
            "smtp_tls_session_cache_database = btree:${data_directory}/smtp_scache",
            "smtpd_tls_session_cache_database = btree:${data_directory}/smtpd_scache");
        CommandOutput.Of(PublishedBinary.Control, "pool", "init", "example", "-c", directories.Config)
            .Status.ShouldBe(0);
        using FakeService service = new(Path.Combine(directories.Queue, "private", "tlspool"), Kinds[kind]);
        directories.Own(Path.Combine(directories.Queue, "private", "tlspool"));
        RunningDaemon daemon = new(directories, ["-u", "-c"]);
        _used.Add(daemon);
        service.WaitForClient();

        daemon.Ask(Update).ShouldBe("status|0||");
        int before = daemon.AnonymousKibibytes;
        for (int number = 0; number < 200; number++)
        {
            long start = Stopwatch.GetTimestamp();
            daemon.Ask($"request|lookup|cache_type|smtp|cache_id|{number}||").ShouldBe(Miss);
            Stopwatch.GetElapsedTime(start).TotalMilliseconds.ShouldBeLessThan(1000, "25 ms on a busy machine");
            daemon.Ask(Here).ShouldBe("status|0|session|AAAA||");
        }

        daemon.Ask("request|seed|size|32||").ShouldStartWith("status|0|seed|");
        daemon.Ask("request|policy|cache_type|smtp||").ShouldBe("status|0|cachable|1|timeout|3600||");
        daemon.Ask("request|tktkey|keyname|||").ShouldStartWith("status|0|keybuf|");
        daemon.AnonymousKibibytes.ShouldBeLessThan(before + GrowthKibibytes);
        daemon.Log.TakeTexts().Count.ShouldBeLessThanOrEqualTo(1);
        daemon.HangUp().ShouldBe(0);
    }

    private static void Send(Socket client, string text)
    {
        try
        {
            client.Send(Encoding.ASCII.GetBytes(text.Replace('|', '\0')));
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            // The daemon has closed the connection, as it should after what is no reply.
        }
    }

    private static void Drain(Socket client)
    {
        byte[] buffer = new byte[65536];
        try
        {
            while (client.Receive(buffer) > 0)
            {
                // Whatever it is.
            }
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            // The end of the test.
        }
    }

    /// <summary>Listens in place of tlspool, and does the same with each client.</summary>
    private sealed class FakeService : IDisposable
    {
        private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        private readonly List<Socket> _clients = [];
        private readonly ManualResetEventSlim _hasClient = new();
        private readonly Thread _thread;

        internal FakeService(string path, Action<Socket> serve)
        {
            _listener.Bind(new UnixDomainSocketEndPoint(path));
            _listener.Listen(16);
            _thread = new Thread(() => Serve(serve)) { IsBackground = true };
            _thread.Start();
        }

        internal void WaitForClient() => _hasClient.Wait(PublishedBinary.Timeout).ShouldBeTrue();

        public void Dispose()
        {
            _listener.Dispose();
            _clients.ForEach(static client => client.Dispose());
            _hasClient.Dispose();
        }

        private void Serve(Action<Socket> serve)
        {
            try
            {
                while (true)
                {
                    Socket client = _listener.Accept();
                    _clients.Add(client);
                    new Thread(() => serve(client)) { IsBackground = true }.Start();
                    _hasClient.Set();
                }
            }
            catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
            {
                // The end of the test.
            }
        }
    }
}
