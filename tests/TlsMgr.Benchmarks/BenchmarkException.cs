namespace TlsMgr.Benchmarks;

/// <summary>The benchmark cannot run or cannot measure; the message is one line that says why.</summary>
internal sealed class BenchmarkException(string message) : System.Exception(message);
