using System;
using System.IO;
using System.Linq;
using System.Text;
using Shouldly;
using Xunit;

namespace TlsMgr.Tests.Random;

public sealed class EntropySourceTests : IDisposable
{
    private const string OneHundredBytes =
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefghijklmnopqrstuvwxyz!?";

    private readonly RandomRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void A_device_is_opened_and_read_at_start_and_with_every_reseed()
    {
        _rig.Configure("dev:/dev/urandom", verbose: true);
        _rig.Maintenance.OpenSource();
        _rig.NewLines.ShouldBe(["tls_prng_dev_open: opened entropy device /dev/urandom"]);

        _rig.Maintenance.Start();
        _rig.NewLines.ShouldBe(["tls_prng_dev_read: read 32 bytes from entropy device /dev/urandom"]);

        _rig.MillisecondsUntilNext.ShouldBe(RandomRig.PeriodSeconds * 1000);
        _rig.PassPeriod();
        _rig.NewLines.ShouldBe(["tls_prng_dev_read: read 32 bytes from entropy device /dev/urandom"]);
    }

    [Fact]
    public void Reading_is_not_logged_without_verbosity()
    {
        _rig.Configure("dev:/dev/urandom");
        _rig.OpenAndStart();
        _rig.NewLines.ShouldBeEmpty();
    }

    [Fact]
    public void At_most_255_bytes_come_from_a_device()
    {
        _rig.Configure("dev:/dev/urandom", bytes: 99999, verbose: true);
        _rig.OpenAndStart();
        _rig.NewLines[^1].ShouldBe("tls_prng_dev_read: read 255 bytes from entropy device /dev/urandom");
    }

    [Fact]
    public void A_slow_device_is_read_until_the_round_is_complete()
    {
        string path = _rig.MakeFifo("slow");
        using FileStream writer = new(path, FileMode.Open, FileAccess.ReadWrite);
        _rig.Configure($"dev:{path}", verbose: true);
        _rig.OpenAndStart();
        writer.Write(Encoding.ASCII.GetBytes(OneHundredBytes[..20]));
        writer.Flush();
        _rig.Pass(1);
        _rig.NewLines.ShouldBe([$"tls_prng_dev_open: opened entropy device {path}"]);

        writer.Write(Encoding.ASCII.GetBytes(OneHundredBytes[20..40]));
        writer.Flush();
        _rig.Pass(1);

        _rig.NewLines.ShouldBe([$"tls_prng_dev_read: read 32 bytes from entropy device {path}"]);
        _rig.HasStirred(Encoding.ASCII.GetBytes(OneHundredBytes[..32])).ShouldBeTrue();
    }

    [Fact]
    public void A_round_of_a_hanging_device_fails_after_ten_seconds_and_the_next_reseed_retries()
    {
        string path = _rig.MakeFifo("hanging");
        using FileStream writer = new(path, FileMode.Open, FileAccess.ReadWrite);
        _rig.Configure($"dev:{path}");
        _rig.OpenAndStart();
        writer.Write([9, 8, 7]);
        writer.Flush();
        _rig.Pass(9.8);
        _rig.NewLines.ShouldBeEmpty();

        _rig.Pass(0.4);
        string warning = $"warning: cannot read from entropy device {path}: nothing to read within 10 seconds";
        _rig.NewLines.ShouldBe([warning]);
        _rig.HasStirred([9, 8, 7]).ShouldBeTrue();
        _rig.MillisecondsUntilNext.ShouldBeGreaterThan(900_000);

        _rig.PassPeriod();
        _rig.Pass(20);
        _rig.NewLines.ShouldBeEmpty();

        writer.Write(new byte[32]);
        writer.Flush();
        _rig.PassPeriod();
        _rig.NewLines.ShouldBe([$"entropy source dev:{path} works again"]);
    }

    [Fact]
    public void A_reseed_during_a_round_does_not_begin_another_round()
    {
        string path = _rig.MakeFifo("busy");
        using FileStream writer = new(path, FileMode.Open, FileAccess.ReadWrite);
        _rig.Configure($"dev:{path}", verbose: true);
        _rig.OpenAndStart();
        writer.Write(Encoding.ASCII.GetBytes(OneHundredBytes[..31]));
        writer.Flush();
        _rig.Pass(0.5);
        _rig.Maintenance.Start();
        writer.Write(Encoding.ASCII.GetBytes(OneHundredBytes[31..32]));
        writer.Flush();
        _rig.Pass(0.5);

        _rig.NewLines.Count(line => line.StartsWith("tls_prng_dev_read", StringComparison.Ordinal)).ShouldBe(1);
        _rig.HasStirred(Encoding.ASCII.GetBytes(OneHundredBytes[..32])).ShouldBeTrue();
    }

    [Fact]
    public void A_device_at_its_end_causes_one_warning_per_outage()
    {
        _rig.Configure("dev:/dev/null");
        _rig.OpenAndStart();
        _rig.PassPeriod();
        _rig.PassPeriod();

        _rig.NewLines.ShouldBe(["warning: cannot read from entropy device /dev/null: unexpected end of file"]);
    }

    [Fact]
    public void A_device_at_its_end_stays_open_and_is_read_again()
    {
        string path = _rig.PathOf("device");
        File.WriteAllText(path, OneHundredBytes[..40]);
        _rig.Configure($"dev:{path}");
        _rig.OpenAndStart();
        _rig.PassPeriod();
        _rig.NewLines.ShouldBeEmpty("the last eight bytes complete a round");
        _rig.PassPeriod();
        _rig.NewLines.ShouldBe([$"warning: cannot read from entropy device {path}: unexpected end of file"]);

        using (FileStream more = new(path, FileMode.Append))
        {
            more.Write(new byte[32]);
        }

        File.Move(path, path + ".gone");
        _rig.PassPeriod();
        _rig.NewLines.ShouldBe([$"entropy source dev:{path} works again"]);
    }

    [Theory]
    [InlineData("dev:", "cannot open entropy device")]
    [InlineData("", "tls_prng_file_open: cannot open entropy file")]
    public void A_source_that_is_missing_at_the_start_causes_one_warning_and_is_not_opened_later(
        string kind, string warning)
    {
        string path = _rig.PathOf("late");
        _rig.Configure(kind + path);
        _rig.OpenAndStart();
        _rig.NewLines.ShouldBe([$"warning: {warning} {path}: No such file or directory"]);

        File.WriteAllText(path, OneHundredBytes);
        _rig.PassPeriod();
        _rig.NewLines.ShouldBeEmpty("in the sandbox no file can be opened");
        _rig.HasStirred(Encoding.ASCII.GetBytes(OneHundredBytes[..32])).ShouldBeFalse();
    }

    [Fact]
    public void The_warning_for_an_unreadable_device_has_the_reason()
    {
        _rig.Configure($"dev:{_rig.Directory}");
        _rig.OpenAndStart();
        _rig.NewLines.ShouldBe([$"warning: cannot read from entropy device {_rig.Directory}: Is a directory"]);
    }

    [Fact]
    public void A_file_is_read_once()
    {
        string path = _rig.PathOf("file");
        File.WriteAllText(path, OneHundredBytes);
        _rig.Configure(path, verbose: true);
        _rig.OpenAndStart();
        _rig.NewLines.ShouldBe([
            $"tls_prng_file_open: opened entropy file {path}",
            $"tls_prng_file_read: read 32 bytes from entropy file {path}",
        ]);
        _rig.HasStirred(Encoding.ASCII.GetBytes(OneHundredBytes[..32])).ShouldBeTrue();

        _rig.PassPeriod();
        _rig.NewLines.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(1000, 100)]
    [InlineData(int.MaxValue, 100)]
    [InlineData(100, 100)]
    [InlineData(99, 99)]
    public void A_round_of_a_file_ends_at_its_end(int bytes, int expected)
    {
        string path = _rig.PathOf("file");
        File.WriteAllText(path, OneHundredBytes);
        _rig.Configure(path, bytes: bytes, verbose: true);
        _rig.OpenAndStart();

        _rig.NewLines[^1].ShouldBe($"tls_prng_file_read: read {expected} bytes from entropy file {path}");
        _rig.HasStirred(Encoding.ASCII.GetBytes(OneHundredBytes[..expected])).ShouldBeTrue();
    }

    [Fact]
    public void An_empty_file_causes_a_warning_and_is_not_read_again()
    {
        string path = _rig.PathOf("empty");
        File.WriteAllText(path, "");
        _rig.Configure(path);
        _rig.OpenAndStart();
        _rig.PassPeriod();

        _rig.NewLines.ShouldBe([$"warning: cannot read from entropy file {path}: unexpected end of file"]);
    }

    [Fact]
    public void No_source_causes_two_warnings()
    {
        _rig.Configure("");
        _rig.OpenAndStart();
        _rig.PassPeriod();

        _rig.NewLines.ShouldBe([
            "warning: no entropy source specified with parameter tls_random_source",
            "warning: encryption keys etc. may be predictable",
        ]);
    }

    [Fact]
    public void Disposing_closes_the_descriptor_and_stops_the_timers()
    {
        string path = _rig.MakeFifo("fifo");
        using FileStream writer = new(path, FileMode.Open, FileAccess.ReadWrite);
        _rig.Configure($"dev:{path}");
        _rig.OpenAndStart();
        DescriptorsOf(path).ShouldBe(2);

        _rig.Maintenance.Dispose();

        DescriptorsOf(path).ShouldBe(1);
        _rig.MillisecondsUntilNext.ShouldBe(-1);
    }

    private static int DescriptorsOf(string path) =>
        Directory.EnumerateFiles("/proc/self/fd").Count(link => new FileInfo(link).LinkTarget == path);
}
