namespace TlsMgr.Control.Client;

/// <summary>The result of a load run with one kind of request.</summary>
/// <param name="Name">The request.</param>
/// <param name="Count">The number of replies.</param>
/// <param name="PerSecond">Replies per second of all clients together.</param>
/// <param name="MedianMilliseconds">Half of the replies took at most this long.</param>
/// <param name="Percentile99Milliseconds">99 of 100 took at most this long.</param>
/// <param name="LongestMilliseconds">The slowest.</param>
internal sealed record LoadResult(
    string Name, long Count, long PerSecond, double MedianMilliseconds, double Percentile99Milliseconds,
    double LongestMilliseconds);
