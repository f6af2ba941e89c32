using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests.Faults;

/// <summary>Whatever the external entropy source does: seeds are served from the first moment.</summary>
[Trait("Needs", "root")]
public sealed class EntropyFaultTests
{
    private const string ReseedOften = "tls_random_reseed_period = 1s";

    [Theory]
    [InlineData("dev:/nonexistent/device", "warning: cannot open entropy device /nonexistent/device: No such file or directory")]
    [InlineData("/nonexistent/file", "warning: tls_prng_file_open: cannot open entropy file /nonexistent/file: No such file or directory")]
    [InlineData("egd:/nonexistent/server", "warning: cannot connect to EGD server /nonexistent/server: No such file or directory")]
    [InlineData("dev:/dev/null", "warning: cannot read from entropy device /dev/null: unexpected end of file")]
    public void A_missing_or_ended_source_is_told_once_and_serving_goes_on(string source, string warning)
    {
        using FaultRun run = FaultRun.Start(null, $"tls_random_source = {source}", ReseedOften);

        run.Serve(2000);

        IReadOnlyList<string> texts = run.Daemon.Log.WaitFor("warning", PublishedBinary.Patience);
        texts.ShouldHaveSingleItem().ShouldStartWith(warning);
        run.StopLoad();
    }

    [Fact]
    public void A_source_that_hangs_holds_nobody_up()
    {
        DaemonDirectories directories = FaultRun.MakeDirectories();
        string pipe = Path.Combine(directories.Data, "entropy");
        Process.Start("mkfifo", [pipe]).WaitForExit();
        directories.Own(pipe);
        directories.WriteMainCf([.. FaultRun.CacheLines, $"tls_random_source = dev:{pipe}", ReseedOften]);
        using FaultRun run = FaultRun.Start(directories);

        run.Serve(2000);

        run.StopLoad().PercentileMilliseconds(1).ShouldBeLessThan(10_000, "the original waits ten seconds for a source");
    }

    [Fact]
    public void A_server_that_goes_and_comes_back_is_connected_again()
    {
        DaemonDirectories directories = FaultRun.MakeDirectories();
        string path = Path.Combine(directories.Queue, "private", "egd");
        directories.WriteMainCf([.. FaultRun.CacheLines, $"tls_random_source = egd:{path}", ReseedOften]);
        ScriptedEntropyServer server = new(path);
        using FaultRun run = FaultRun.Start(directories);
        server.WaitForRequest(PublishedBinary.Patience);

        server.Dispose();
        run.Daemon.Log.WaitFor("EGD server", PublishedBinary.Patience);
        run.Serve();
        using ScriptedEntropyServer next = new(path);
        next.WaitForRequest(PublishedBinary.Patience);

        run.Daemon.Log.WaitFor($"entropy source egd:{path} works again", PublishedBinary.Patience);
        run.StopLoad();
    }
}
