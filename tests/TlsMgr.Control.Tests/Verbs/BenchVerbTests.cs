using System.IO;
using Shouldly;
using TlsMgr.Control.Client;
using TlsMgr.Control.Verbs;
using Xunit;

namespace TlsMgr.Control.Tests.Verbs;

public sealed class BenchVerbTests
{
    private static readonly LoadResult[] Results = [new("seed", 1000, 333, 0.0512, 1.25, 12)];

    [Fact]
    public void Results_are_a_table()
    {
        using StringWriter output = new() { NewLine = "\n" };

        BenchVerb.WriteTable(output, Results);

        output.ToString().ShouldBe(
            """
            request      count  per second      median        99 %     longest
            seed          1000         333    0.051 ms    1.250 ms   12.000 ms

            """);
    }

    [Fact]
    public void Results_are_an_object_in_JSON()
    {
        using StringWriter output = new() { NewLine = "\n" };

        BenchVerb.WriteJson(output, 3, 4, Results);

        output.ToString().ShouldBe(
            """
            {
              "seconds": 3,
              "clients": 4,
              "requests": [
                {
                  "request": "seed",
                  "count": 1000,
                  "per_second": 333,
                  "median_milliseconds": 0.051,
                  "p99_milliseconds": 1.25,
                  "longest_milliseconds": 12
                }
              ]
            }

            """);
    }
}
