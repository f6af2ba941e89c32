using System;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Net;
using System.Net.Sockets;

namespace TlsMgr.Benchmarks.Servers;

/// <summary>A redis-server of the distribution on 127.0.0.1, in a directory of its own, without persistence.</summary>
internal sealed class RedisServer : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("tlsmgr-benchmark-redis-");
    private readonly Process _process;

    /// <summary>Starts a server, and waits until it replies.</summary>
    /// <exception cref="BenchmarkException">It is not installed, or does not start.</exception>
    internal RedisServer()
    {
        Port = FindPort();
        string[] arguments =
        [
            "--port", Port.ToString(CultureInfo.InvariantCulture), "--dir", _directory.FullName, "--bind", "127.0.0.1",
            "--save", "", "--maxclients", "10000",
        ];
        try
        {
            _process = Process.Start(new ProcessStartInfo("redis-server", arguments) { RedirectStandardOutput = true })!;
        }
        catch (Win32Exception fault)
        {
            _directory.Delete();
            throw new BenchmarkException($"redis-server cannot be started: {fault.Message}");
        }

        AwaitStart();
    }

    internal int Port { get; }

    internal int ProcessId => _process.Id;

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
        _directory.Delete(recursive: true);
    }

    private void AwaitStart()
    {
        string? line;
        do
        {
            line = _process.StandardOutput.ReadLine();
        }
        while (line is not null && !line.Contains("Ready to accept", StringComparison.Ordinal));
        if (line is null)
        {
            Dispose();
            throw new BenchmarkException("redis-server does not start");
        }

        _process.StandardOutput.ReadToEndAsync();
    }

    private static int FindPort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
