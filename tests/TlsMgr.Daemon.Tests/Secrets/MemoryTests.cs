using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using Shouldly;
using TlsMgr.Daemon.Tests.Faults;
using TlsMgr.Native.Libc;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests.Secrets;

/// <summary>
/// Secrets are in protected memory of the published binary while they are needed, and erased afterwards.
/// </summary>
[Trait("Needs", "root")]
public sealed class MemoryTests : IDisposable
{
    /// <summary>The length of the searched part of a secret: too long to occur by chance.</summary>
    private const int WantedBytes = 24;

    private const int Continue = 18; // SIGCONT

    private readonly RunningDaemon _daemon = new(
        ["smtpd_tls_session_cache_database = btree:${data_directory}/smtpd_scache"], ["-u", "-c"]);

    public void Dispose() => _daemon.Dispose();

    [Fact]
    public void A_ticket_key_in_force_is_in_protected_memory_once_and_nowhere_else()
    {
        string text = _daemon.Ask("request|tktkey|keyname|||").Split('|')[3];
        AwaitNextTurn();
        byte[] key = Convert.FromBase64String(text);

        Find(key.AsSpan(16, WantedBytes)).ShouldHaveSingleItem().IsProtected.ShouldBeTrue();
        Find(key.AsSpan(48, WantedBytes)).ShouldHaveSingleItem().IsProtected.ShouldBeTrue();
        FindText(text, 24).ShouldBeEmpty("the reply");
    }

    [Fact]
    public void A_seed_is_erased_after_it_was_sent()
    {
        string text = _daemon.Ask("request|seed|size|255||").Split('|')[3];
        AwaitNextTurn();
        byte[] seed = Convert.FromBase64String(text);

        Find(seed.AsSpan(0, WantedBytes)).ShouldBeEmpty();
        Find(seed.AsSpan(200, WantedBytes)).ShouldBeEmpty();
        FindText(text, 0).ShouldBeEmpty("the reply");
    }

    [Theory]
    [InlineData(2_000)]
    [InlineData(10_000)]
    [InlineData(1_000_000)]
    public void A_session_remains_only_in_its_cache(int lengthBytes)
    {
        byte[] session = RandomNumberGenerator.GetBytes(lengthBytes);
        string text = Convert.ToBase64String(session);
        _daemon.Ask($"request|update|cache_type|smtpd|cache_id|x|session|{text}||").ShouldBe("status|0||");
        _daemon.Ask("request|lookup|cache_type|smtpd|cache_id|x||").ShouldBe($"status|0|session|{text}||");
        AwaitNextTurn();
        foreach (int offset in new[] { 0, lengthBytes / 2 / 3 * 3, lengthBytes - WantedBytes })
        {
            // The pages of the cache, and LMDB's copies of changed pages: see SECURITY.md.
            Find(session.AsSpan(offset, WantedBytes))
                .ShouldAllBe(finding => finding.Mapping == "[heap]" || finding.Mapping.EndsWith("/smtpd_scache.lmdb"));
            FindText(text, offset / 3 * 4).ShouldBeEmpty("the request and the reply");
        }
    }

    [Fact]
    public void An_incomplete_request_is_in_protected_memory_and_erased_with_its_connection()
    {
        string text = Convert.ToBase64String(RandomNumberGenerator.GetBytes(3_000));
        using (AttributeClient client = _daemon.Connect())
        {
            client.ReadList();
            client.SendBytes(RunningDaemon.Bytes($"request|update|cache_type|smtpd|cache_id|x|session|{text}"));
            _daemon.Ask("request|seed|size|1||");
            IReadOnlyList<Finding> findings = FindText(text, 100);
            findings.ShouldNotBeEmpty();
            findings.ShouldAllBe(finding => finding.IsProtected);
        }

        _daemon.Log.WaitFor("unexpected end-of-input", PublishedBinary.Timeout);
        _daemon.Ask("request|seed|size|1||");
        FindText(text, 100).ShouldBeEmpty();
    }

    [Fact]
    public void The_bytes_of_the_exchange_file_are_erased_after_they_were_exchanged()
    {
        _daemon.Ask("request|seed|size|1||");
        byte[] file = File.ReadAllBytes(_daemon.ExchangeFile);

        Find(file.AsSpan(0, WantedBytes)).ShouldBeEmpty();
        Find(file.AsSpan(1000, WantedBytes)).ShouldBeEmpty();
    }

    [Theory]
    [Trait("Traced", "not")]
    [InlineData(SignalNumber.Terminate)]
    [InlineData(SignalNumber.HangUp)]
    public void Ticket_keys_are_erased_before_a_signal_ends_it(int signal)
    {
        using PreparedBinary binary = PreparedBinary.WithFault("last-moment");
        using RunningDaemon daemon = new(options: ["-u", "-c"], binary: binary.Path);
        byte[] key = Convert.FromBase64String(daemon.Ask("request|tktkey|keyname|||").Split('|')[3]);

        daemon.Master.Process.Signal(signal);
        daemon.Master.Process.WaitForStop().ShouldBeTrue();
        IReadOnlyList<Finding> left = ProcessMemory.Find(daemon.Master.Process.Id, key.AsSpan(16, WantedBytes).ToArray());
        daemon.Master.Process.Signal(Continue);

        left.ShouldBeEmpty();
        daemon.Master.Process.WaitForExit(PublishedBinary.Timeout).ShouldBe(-signal);
    }

    [Fact]
    public void The_search_finds_bytes_that_are_in_memory()
    {
        // Without this control the other tests would prove nothing. An incomplete request is kept until its end.
        const string Text = "what the daemon has to keep for now";
        using AttributeClient client = _daemon.Connect();
        client.ReadList();
        client.SendBytes(Encoding.ASCII.GetBytes($"request\0{Text}"));
        _daemon.Ask("request|seed|size|1||");
        Find(Encoding.ASCII.GetBytes(Text)).ShouldNotBeEmpty();
    }

    [Fact]
    public void The_process_cannot_be_dumped_or_read_by_others_of_its_user()
    {
        _daemon.Ask("request|seed|size|1||");

        // These files belong to root while the process is not dumpable (proc(5)).
        string process = $"/proc/{_daemon.Master.Process.Id}";
        string[] status = File.ReadAllLines($"{process}/status");
        int locked = int.Parse(status.Single(line => line.StartsWith("VmLck:", StringComparison.Ordinal))
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1]);
        locked.ShouldBeGreaterThan(0);
        OwnerOf($"{process}/mem").ShouldBe(0u);
    }

    /// <summary>Sent bytes are erased at the end of the turn, before the next request is served.</summary>
    private void AwaitNextTurn() => _daemon.Ask("request|policy|cache_type|smtpd||");

    private static uint OwnerOf(string path)
    {
        FileStatus.OfPath(path, out FileStatus status).ShouldBe(0);
        return status.Owner;
    }

    private IReadOnlyList<Finding> Find(ReadOnlySpan<byte> wanted) =>
        ProcessMemory.Find(_daemon.Master.Process.Id, wanted.ToArray());

    private IReadOnlyList<Finding> FindText(string text, int offset) =>
        Find(Encoding.ASCII.GetBytes(text.Substring(offset, WantedBytes)));
}
