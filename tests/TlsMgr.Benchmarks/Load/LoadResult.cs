using System.Globalization;

namespace TlsMgr.Benchmarks.Load;

/// <summary>The figures of one load; latencies in microseconds.</summary>
internal sealed record LoadResult(
    double Requests, double Seconds, double ServerSeconds, double GeneratorSeconds, double P50, double P99, double P999,
    double Slowest, double UserShare)
{
    internal double RequestsPerSecond => Requests / Seconds;

    /// <summary>CPU time of the server per request.</summary>
    internal double ServerMicroseconds => ServerSeconds * 1e6 / Requests;

    /// <summary>The part of <see cref="ServerMicroseconds"/> in user mode.</summary>
    internal double UserMicroseconds => ServerMicroseconds * UserShare;

    /// <summary>The part of <see cref="ServerMicroseconds"/> in the kernel.</summary>
    internal double SystemMicroseconds => ServerMicroseconds - UserMicroseconds;

    internal double GeneratorMicroseconds => GeneratorSeconds * 1e6 / Requests;

    /// <summary>Reads the line that load.c prints.</summary>
    internal static LoadResult Parse(string line)
    {
        double[] numbers = System.Array.ConvertAll(
            line.Split(' '), text => double.Parse(text, CultureInfo.InvariantCulture));
        return new LoadResult(
            numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5], numbers[6], numbers[7],
            numbers[8]);
    }
}
