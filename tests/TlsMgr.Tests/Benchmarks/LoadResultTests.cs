using Shouldly;
using TlsMgr.Benchmarks.Load;
using Xunit;

namespace TlsMgr.Tests.Benchmarks;

public sealed class LoadResultTests
{
    [Fact]
    public void The_line_of_the_load_generator_gives_figures_per_request()
    {
        LoadResult result = LoadResult.Parse("2000 0.500000 0.010000 0.004000 80.000 120.500 240.000 900.000 0.2500");

        result.RequestsPerSecond.ShouldBe(4000);
        result.ServerMicroseconds.ShouldBe(5, 1e-9);
        result.UserMicroseconds.ShouldBe(1.25, 1e-9);
        result.SystemMicroseconds.ShouldBe(3.75, 1e-9);
        result.GeneratorMicroseconds.ShouldBe(2, 1e-9);
        (result.P50, result.P99, result.P999, result.Slowest).ShouldBe((80, 120.5, 240, 900));
    }
}
