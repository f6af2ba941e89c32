// Runs load.c against a server.

using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using TlsMgr.Benchmarks.Servers;

namespace TlsMgr.Benchmarks.Load;

/// <summary>One load: what, how much of it, and over what data.</summary>
/// <param name="Verb">One of <see cref="Verbs"/>.</param>
/// <param name="Connections">How many clients, each with one request at a time.</param>
/// <param name="Milliseconds">For how long; without meaning for <see cref="Verbs.Fill"/>.</param>
internal sealed record LoadOrder(string Verb, int Connections, int Milliseconds)
{
    internal int Keys { get; init; } = 10_000;

    internal int SessionBytes { get; init; } = 1500;

    internal string Cache { get; init; } = Caches.Smtpd;

    /// <summary>The timeout of the cache, in seconds.</summary>
    internal int TimeoutSeconds { get; init; } = 3600;
}

/// <summary>A load that is running.</summary>
internal sealed class LoadGenerator : IDisposable
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "load");

    private readonly BenchmarkServer _server;
    private readonly Process _process;

    private LoadGenerator(BenchmarkServer server, Process process)
    {
        _server = server;
        _process = process;
    }

    internal bool IsRunning => !_process.HasExited;

    internal static LoadGenerator Start(BenchmarkServer server, LoadOrder order)
    {
        string[] arguments =
        [
            server.Socket, Number(server.ProcessId), order.Verb, Number(order.Connections), Number(order.Milliseconds),
            Number(order.Keys), Number(order.SessionBytes), order.Cache, Number(order.TimeoutSeconds),
        ];
        ProcessStartInfo start = new(Program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return new LoadGenerator(server, Process.Start(start)!);
    }

    internal static LoadResult Run(BenchmarkServer server, LoadOrder order)
    {
        using LoadGenerator load = Start(server, order);
        return load.Finish();
    }

    /// <summary>Stores every key once.</summary>
    internal static void Fill(BenchmarkServer server, int keys, string cache = Caches.Smtpd)
    {
        Run(server, new LoadOrder(Verbs.Fill, 16, 0) { Keys = keys, Cache = cache });
    }

    /// <summary>Waits for its end, and answers what it measured.</summary>
    /// <exception cref="BenchmarkException">The server did not answer as it should.</exception>
    internal LoadResult Finish()
    {
        string output = _process.StandardOutput.ReadToEnd();
        string errors = _process.StandardError.ReadToEnd();
        _process.WaitForExit();
        return _process.ExitCode == 0
            ? LoadResult.Parse(output.Trim())
            : throw new BenchmarkException($"{_server.Definition.Name}: {errors.Trim()}");
    }

    public void Dispose()
    {
        if (IsRunning)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
