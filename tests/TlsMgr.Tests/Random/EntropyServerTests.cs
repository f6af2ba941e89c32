using System;
using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Native.Libc;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Tests.Random;

public sealed class EntropyServerTests : IDisposable
{
    private static readonly byte[] Reply = [.. Enumerable.Range(100, 32).Select(value => (byte)value)];

    private readonly RandomRig _rig = new();
    private readonly string _path;
    private UnixListener? _listener;
    private int _connection = -1;

    public EntropyServerTests()
    {
        _path = _rig.PathOf("egd");
        _rig.Configure($"egd:{_path}", verbose: true);
    }

    public void Dispose()
    {
        FileDescriptor.Close(_connection);
        _listener?.Dispose();
        _rig.Dispose();
    }

    [Fact]
    public void A_request_is_sent_and_a_reply_is_received_byte_by_byte()
    {
        Listen();
        _rig.Maintenance.OpenSource();
        _rig.NewLines.ShouldBe([$"tls_prng_egd_open: connected to EGD server {_path}"]);
        _rig.Maintenance.Start();
        AcceptRequest();

        foreach (byte value in (byte[])[32, .. Reply])
        {
            _rig.NewLines.ShouldBeEmpty();
            Send(value);
            _rig.Pass(0.1);
        }

        _rig.NewLines.ShouldBe([$"tls_prng_egd_read: got 32 bytes from EGD server {_path}"]);
        _rig.HasStirred(Reply).ShouldBeTrue();
    }

    [Fact]
    public void The_connection_is_kept_for_the_next_reseed()
    {
        OpenAndAccept();
        Send([32, .. Reply]);
        _rig.Pass(0.2);
        _rig.PassPeriod();
        ReceiveRequest();
        Send([32, .. Reply]);
        _rig.Pass(0.2);

        _rig.NewLines.Count(line => line.Contains("got 32 bytes", StringComparison.Ordinal)).ShouldBe(2);
    }

    [Fact]
    public void A_short_reply_is_accepted()
    {
        OpenAndAccept();
        Send([5, .. Reply[..5]]);
        _rig.Pass(0.2);

        _rig.NewLines.ShouldBe([$"tls_prng_egd_read: got 5 bytes from EGD server {_path}"]);
        _rig.HasStirred(Reply.AsSpan(0, 5)).ShouldBeTrue();
    }

    [Fact]
    public void A_reply_longer_than_requested_is_used_completely()
    {
        OpenAndAccept();
        Send([255, .. new byte[223], .. Reply]);
        _rig.Pass(0.2);

        _rig.NewLines.ShouldBe([$"tls_prng_egd_read: got 255 bytes from EGD server {_path}"]);
        _rig.HasStirred(Reply).ShouldBeTrue();
    }

    [Fact]
    public void An_empty_reply_causes_a_warning_and_closes_the_connection()
    {
        OpenAndAccept();
        Send(0);
        _rig.Pass(0.2);

        _rig.NewLines.ShouldBe(
            [$"warning: lost connection to EGD server {_path}: it reports zero bytes available"]);
        IsClosedByClient().ShouldBeTrue();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(20)]
    public void After_the_server_closes_the_next_reseed_connects_again(int bytesBefore)
    {
        OpenAndAccept();
        Send([.. ((byte[])[32, .. Reply]).Take(bytesBefore)]);
        Disconnect();
        _rig.Pass(0.2);
        _rig.NewLines.ShouldBe([$"warning: lost connection to EGD server {_path}: unexpected end of input"]);

        _rig.PassPeriod();
        AcceptRequest();
        Send([32, .. Reply]);
        _rig.Pass(0.2);
        _rig.NewLines.ShouldBe([
            $"tls_prng_egd_open: connected to EGD server {_path}",
            $"entropy source egd:{_path} works again",
            $"tls_prng_egd_read: got 32 bytes from EGD server {_path}",
        ]);
    }

    [Fact]
    public void A_round_of_a_hanging_server_fails_after_ten_seconds()
    {
        OpenAndAccept();
        Send([32, .. Reply[..10]]);
        _rig.Pass(9.8);
        _rig.NewLines.ShouldBeEmpty();

        _rig.Pass(0.4);
        _rig.NewLines.ShouldBe(
            [$"warning: lost connection to EGD server {_path}: nothing to read within 10 seconds"]);
        IsClosedByClient().ShouldBeTrue();
        _rig.HasStirred(Reply.AsSpan(0, 10)).ShouldBeTrue();
        _rig.MillisecondsUntilNext.ShouldBeGreaterThan(900_000);
    }

    [Fact]
    public void A_missing_server_causes_one_warning_and_is_used_when_it_appears()
    {
        _rig.OpenAndStart();
        _rig.PassPeriod();
        _rig.NewLines.ShouldBe([$"warning: cannot connect to EGD server {_path}: No such file or directory"]);

        Listen();
        _rig.PassPeriod();
        AcceptRequest();
        Send([32, .. Reply]);
        _rig.Pass(0.2);
        _rig.NewLines.ShouldContain($"entropy source egd:{_path} works again");
    }

    [Fact]
    public void A_server_that_does_not_listen_causes_a_warning()
    {
        // Connecting to a regular file is refused, like connecting to a socket without a listener.
        File.WriteAllBytes(_path, []);
        _rig.OpenAndStart();
        _rig.NewLines.ShouldBe([$"warning: cannot connect to EGD server {_path}: Connection refused"]);
    }

    private void Listen() => _listener = new UnixListener(_path);

    private void OpenAndAccept()
    {
        Listen();
        _rig.OpenAndStart();
        AcceptRequest();
        _rig.NewLines.ShouldBe([$"tls_prng_egd_open: connected to EGD server {_path}"]);
    }

    private void AcceptRequest()
    {
        _connection = UnixSocket.Accept(_listener!.Descriptor);
        _connection.ShouldBeGreaterThan(0);
        ReceiveRequest();
    }

    private void ReceiveRequest()
    {
        byte[] request = new byte[10];
        UnixSocket.Receive(_connection, request).ShouldBe(2);
        request[..2].ShouldBe([1, 32]);
    }

    private void Disconnect()
    {
        FileDescriptor.Close(_connection);
        _connection = -1;
    }

    private void Send(params byte[] bytes) => UnixSocket.Send(_connection, bytes).ShouldBe(bytes.Length);

    private bool IsClosedByClient() => UnixSocket.Receive(_connection, new byte[1]) == 0;
}
