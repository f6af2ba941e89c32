using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using TlsMgr.Benchmarks.Servers;
using TlsMgr.Testing;

namespace TlsMgr.Benchmarks.Load;

/// <summary>The arguments of one load.</summary>
/// <param name="Verb">One of <see cref="Verbs"/>.</param>
/// <param name="Connections">The number of clients, each with one request at a time.</param>
/// <param name="Milliseconds">The length of the load; ignored for <see cref="Verbs.Fill"/>.</param>
internal sealed record LoadProfile(string Verb, int Connections, int Milliseconds)
{
    internal int Keys { get; init; } = 10_000;

    internal int SessionBytes { get; init; } = 1500;

    internal string Cache { get; init; } = Caches.Smtpd;

    /// <summary>The timeout of the cache, which replies to policy requests must contain.</summary>
    internal int TimeoutSeconds { get; init; } = 3600;
}

/// <summary>A running load: the process of load.c against one server.</summary>
internal sealed class LoadGenerator : IDisposable
{
    private static readonly string Executable = Path.Combine(AppContext.BaseDirectory, "load");

    /// <summary>The requests of <see cref="Verbs.Receiving"/>.</summary>
    private static readonly string Trace = Path.Combine(
        RepositoryRoot.Path, "fixtures", "receiving", "postfix-3.7.txt");

    private readonly BenchmarkServer _server;
    private readonly Process _process;

    private LoadGenerator(BenchmarkServer server, Process process)
    {
        _server = server;
        _process = process;
    }

    internal bool IsRunning => !_process.HasExited;

    internal static LoadGenerator Start(BenchmarkServer server, LoadProfile profile)
    {
        string[] arguments =
        [
            server.Socket, Number(server.ProcessId), profile.Verb, Number(profile.Connections),
            Number(profile.Milliseconds), Number(profile.Keys), Number(profile.SessionBytes), profile.Cache,
            Number(profile.TimeoutSeconds), Trace,
        ];
        ProcessStartInfo start = new(Executable, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return new LoadGenerator(server, Process.Start(start)!);
    }

    internal static LoadResult Run(BenchmarkServer server, LoadProfile profile)
    {
        using LoadGenerator load = Start(server, profile);
        return load.Finish();
    }

    /// <summary>Stores every key once.</summary>
    internal static void Fill(BenchmarkServer server, int keys, string cache = Caches.Smtpd)
    {
        Run(server, new LoadProfile(Verbs.Fill, 16, 0) { Keys = keys, Cache = cache });
    }

    /// <summary>Waits for the end of the load and returns its figures.</summary>
    /// <exception cref="BenchmarkException">The server sent a wrong reply, or none.</exception>
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
