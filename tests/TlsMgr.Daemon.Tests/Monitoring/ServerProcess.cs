using System;
using System.Diagnostics;
using System.IO;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Threading.Tasks;

namespace TlsMgr.Daemon.Tests.Monitoring;

/// <summary>Debian's Prometheus or node_exporter on a port of 127.0.0.1 that nobody else uses.</summary>
internal sealed class ServerProcess : IDisposable
{
    private static readonly TimeSpan MaximumStart = TimeSpan.FromSeconds(30);

    private readonly HttpClient _client = new();
    private readonly Process _process;
    private readonly Task<string> _errors;

    /// <summary>Starts a server, and waits until it replies at a path.</summary>
    /// <exception cref="InvalidOperationException">It exits, or does not reply in time.</exception>
    internal ServerProcess(string program, string readyPath, params string[] arguments)
    {
        int port = FreePort();
        _client.BaseAddress = new Uri($"http://127.0.0.1:{port}");
        Address = $"127.0.0.1:{port}";
        _process = Process.Start(new ProcessStartInfo(program, [.. arguments, $"--web.listen-address={Address}"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        _errors = _process.StandardError.ReadToEndAsync();
        _ = _process.StandardOutput.ReadToEndAsync();
        long start = Stopwatch.GetTimestamp();
        while (!Replies(readyPath))
        {
            if (_process.HasExited || Stopwatch.GetElapsedTime(start) > MaximumStart)
            {
                Dispose();
                throw new InvalidOperationException($"{program} does not serve: {_errors.Result}");
            }

            _process.WaitForExit(TimeSpan.FromMilliseconds(20));
        }
    }

    /// <summary>The host and port.</summary>
    internal string Address { get; }

    /// <summary>The body of a reply, whatever its status is.</summary>
    internal (HttpStatusCode Status, string Body) Get(string path)
    {
        using HttpResponseMessage response = _client.Send(new HttpRequestMessage(HttpMethod.Get, path));
        using StreamReader reader = new(response.Content.ReadAsStream());
        return (response.StatusCode, reader.ReadToEnd());
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.WaitForExit();
        _process.Dispose();
        _client.Dispose();
    }

    private bool Replies(string path)
    {
        try
        {
            return Get(path).Status == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
