using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests.Faults;

/// <summary>
/// The memory that the process has reserved follows the connections that exist: ten thousand random steps, each of
/// which opens, uses or closes a connection of a client or an administrator, leave nothing behind.
/// </summary>
[Trait("Needs", "root")]
public sealed class ConnectionChurnTests
{
    private const int Steps = 10_000;
    private const int WarmUpSteps = 1000;
    private const int MaximumOpen = 200;

    /// <summary>One of this many connections is an administrator's.</summary>
    private const int ControlShare = 4;

    /// <summary>Turns of the daemon after which a client that it does not read from gives up.</summary>
    private const int MaximumTurns = 30;
    private const int LimitKibibytes = 64 * 1024;

    /// <summary>
    /// Garbage before a collection, slabs and memory of the C library that are kept, and two batches of connections;
    /// 4 KiB that a connection leaves behind would be several times as much.
    /// </summary>
    private const int ToleranceKibibytes = 8 * 1024;
    private const string Seed = "request|seed|size|32||";

    private static readonly string Large = new('x', 70_000);

    private static readonly string[] ClientUses =
    [
        Seed,
        $"request|lookup|cache_type|smtpd|cache_id|{Large}||",
        "request|update|cache_type|smtpd|cache_id|x|session|" + Convert.ToBase64String(new byte[300_000]) + "||",
        string.Concat(Enumerable.Repeat(Seed, 100)),
        $"request|{Large}||",
        "request|policy|cache_",
        "request|lookup|cache_type|smtpd|cache_id|" + Large,
        "re",
        "W|",
    ];

    private static readonly string[] ControlUses =
        ["request|stats||", $"request|{Large}||", "request|list|cache_type|" + Large, "request|stats"];

    private readonly System.Random _random = new(1);
    private readonly List<Peer> _open = [];

    [Fact]
    public void Memory_returns_to_its_size_after_ten_thousand_steps_of_connections()
    {
        using PreparedBinary binary = PreparedBinary.After($"ulimit -d {LimitKibibytes}");
        using RunningDaemon daemon = new(FaultRun.CacheLines, ["-u", "-c"], binary: binary.Path);
        Churn(daemon, WarmUpSteps);
        int before = DataKibibytes(daemon);

        Churn(daemon, Steps);

        DataKibibytes(daemon).ShouldBeLessThan(before + ToleranceKibibytes);
        daemon.Ask(Seed).ShouldStartWith("status|0|seed|");
        using AttributeClient administrator = AttributeClient.Connect(ControlSocket(daemon), PublishedBinary.Timeout);
        RunningDaemon.Ask(administrator, ControlUses[0]).ShouldStartWith("status|0|");
        daemon.Log.TakeTexts().ShouldAllBe(
            text => text.Contains("request from", StringComparison.Ordinal)
                || text.Contains("unexpected attribute", StringComparison.Ordinal)
                || text.Contains("while reading", StringComparison.Ordinal));
        daemon.HangUp().ShouldBe(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Connections_with_one_large_request_each_do_not_use_memory_up(bool asAdministrator)
    {
        using PreparedBinary binary = PreparedBinary.After($"ulimit -d {LimitKibibytes}");
        using RunningDaemon daemon = new(options: ["-u", "-c"], binary: binary.Path);
        using AttributeClient steady = daemon.Connect();
        steady.ReadList();
        int before = DataKibibytes(daemon);

        for (int i = 0; i < Steps / 4; i++)
        {
            using Peer peer = Peer.Connect(daemon, asAdministrator);
            peer.Exchange(asAdministrator ? ControlUses[1] : ClientUses[1], steady);
        }

        DataKibibytes(daemon).ShouldBeLessThan(before + ToleranceKibibytes);
        daemon.Ask(Seed).ShouldStartWith("status|0|seed|");
    }

    /// <summary>Runs random steps and closes all connections.</summary>
    private void Churn(RunningDaemon daemon, int steps)
    {
        using AttributeClient steady = daemon.Connect();
        steady.ReadList();
        for (int step = 0; step < steps; step++)
        {
            int choice = _random.Next(MaximumOpen);
            if (choice >= _open.Count)
            {
                _open.Add(Peer.Connect(daemon, isAdministrator: _random.Next(ControlShare) == 0));
            }
            else if (_random.Next(2) == 0)
            {
                string[] uses = _open[choice].IsAdministrator ? ControlUses : ClientUses;
                _open[choice].Exchange(uses[_random.Next(uses.Length)], steady);
            }
            else
            {
                _open[choice].Dispose();
                _open.RemoveAt(choice);
            }
        }

        _open.ForEach(peer => peer.Dispose());
        _open.Clear();
        RunningDaemon.Ask(steady, Seed);
    }

    private static string ControlSocket(RunningDaemon daemon) =>
        Path.Combine(daemon.Directories.Data, "tlsmgr_control");

    private static int DataKibibytes(RunningDaemon daemon) =>
        int.Parse(daemon.StatusOf("VmData").Split(' ')[0], CultureInfo.InvariantCulture);

    /// <summary>A connection whose daemon may close it at any time.</summary>
    private sealed class Peer : IDisposable
    {
        private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        private readonly byte[] _buffer = new byte[64 * 1024];

        internal bool IsAdministrator { get; private init; }

        internal static Peer Connect(RunningDaemon daemon, bool isAdministrator)
        {
            Peer peer = new() { IsAdministrator = isAdministrator };
            peer._socket.Connect(new UnixDomainSocketEndPoint(
                isAdministrator ? ControlSocket(daemon) : daemon.Directories.ServiceSocket));
            peer._socket.Blocking = false;
            return peer;
        }

        /// <summary>
        /// Sends a text, or as much as the daemon reads of it, and reads what has arrived, without blocking.
        /// </summary>
        /// <param name="text">The text.</param>
        /// <param name="steady">Another client: when it has a reply, the daemon has had a turn for this one.</param>
        internal void Exchange(string text, AttributeClient steady)
        {
            ReadOnlySpan<byte> rest = RunningDaemon.Bytes(text);
            SocketError error = SocketError.Success;
            for (int turn = 0; turn < MaximumTurns && !rest.IsEmpty; turn++)
            {
                rest = rest[int.Max(_socket.Send(rest, SocketFlags.None, out error), 0)..];
                RunningDaemon.Ask(steady, Seed);
                while (_socket.Receive(_buffer, SocketFlags.None, out error) > 0)
                {
                }
            }
        }

        public void Dispose() => _socket.Dispose();
    }
}
