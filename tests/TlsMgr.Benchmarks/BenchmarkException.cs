namespace TlsMgr.Benchmarks;

/// <summary>The benchmark itself could not work; the message says why.</summary>
internal sealed class BenchmarkException(string message) : System.Exception(message);
