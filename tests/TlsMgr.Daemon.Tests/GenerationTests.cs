using Shouldly;
using TlsMgr.Daemon.Tests.Faults;
using Xunit;

namespace TlsMgr.Daemon.Tests;

/// <summary>master(8) gives its generation in octal: what is no such number is not reported back as another.</summary>
[Trait("Needs", "root")]
public sealed class GenerationTests
{
    [Theory]
    [InlineData("18")]
    [InlineData("9")]
    [InlineData("1x")]
    [InlineData("-1")]
    public void A_generation_that_is_not_octal_is_fatal(string generation)
    {
        using PreparedBinary binary = PreparedBinary.After($"export GENERATION={generation}");
        using RunningDaemon daemon = new(options: ["-u", "-c"], binary: binary.Path);

        daemon.Log.WaitFor("generation", PublishedBinary.Timeout).ShouldBe([$"fatal: bad generation: {generation}"]);
        daemon.Master.Process.WaitForExit(PublishedBinary.Timeout).ShouldBe(1);
    }
}
