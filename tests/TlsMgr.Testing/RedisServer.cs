using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;

namespace TlsMgr.Testing;

/// <summary>A redis-server of the distribution on 127.0.0.1, with a directory of its own and without persistence.</summary>
public sealed class RedisServer : IDisposable
{
    private const int StopSignal = 19;
    private const int ContinueSignal = 18;

    /// <summary>A node of a cluster uses this one, too: its port and 10,000.</summary>
    private const int LowestPort = 20000;
    private const int HighestPort = 30000;

    private static int _lastPort = LowestPort + (Environment.ProcessId * 37 % 8000);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("tlspool-redis-");
    private readonly string[] _options;
    private Process? _process;

    /// <summary>Starts a server, and waits until it replies.</summary>
    /// <exception cref="Win32Exception">It is not installed.</exception>
    /// <exception cref="IOException">It does not start.</exception>
    /// <param name="options">Options of its command line, after those for port and directory.</param>
    public RedisServer(params string[] options)
    {
        Port = FindPort();
        _options = options;
        StartAgain();
    }

    /// <summary>Starts a server whose options depend on its port.</summary>
    /// <exception cref="IOException">It does not start.</exception>
    public RedisServer(Func<int, string[]> options)
    {
        Port = FindPort();
        _options = options(Port);
        StartAgain();
    }

    private RedisServer(string sentinelConfiguration)
    {
        Port = FindPort();
        string file = Path.Combine(_directory.FullName, "sentinel.conf");
        File.WriteAllText(file, sentinelConfiguration);
        _options = ["--sentinel"];
        SentinelFile = file;
        StartAgain();
    }

    /// <summary>The port of the server on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>The process.</summary>
    public int ProcessId => _process!.Id;

    /// <summary>Whether it runs.</summary>
    public bool IsRunning => _process is { HasExited: false };

    /// <summary>As tlspool_server names it.</summary>
    public string Address => $"inet:127.0.0.1:{Port}";

    private string? SentinelFile { get; }

    /// <summary>Starts a Sentinel of the service <c>mail</c>.</summary>
    /// <exception cref="IOException">It does not start.</exception>
    public static RedisServer StartSentinel(RedisServer primary, int quorum, string more = "") => new(
        $"sentinel monitor mail 127.0.0.1 {primary.Port} {quorum}\n"
        + $"sentinel down-after-milliseconds mail 500\nsentinel failover-timeout mail 3000\n{more}\n");

    /// <summary>Makes what uses the server; when that fails, the server does not stay behind.</summary>
    public T UsedBy<T>(Func<RedisServer, T> create)
    {
        try
        {
            return create(this);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Sends a command; returns the reply as text.</summary>
    public string Ask(params string[] command)
    {
        using TcpClient client = new("127.0.0.1", Port) { ReceiveTimeout = 5000 };
        using NetworkStream stream = client.GetStream();
        StringBuilder request = new($"*{command.Length}\r\n");
        foreach (string part in command)
        {
            request.Append(CultureInfo.InvariantCulture, $"${Encoding.UTF8.GetByteCount(part)}\r\n{part}\r\n");
        }

        stream.Write(Encoding.UTF8.GetBytes(request.ToString()));
        using StreamReader reader = new(stream, Encoding.Latin1);
        return ReadReply(reader);
    }

    /// <summary>Asks until the reply contains a text.</summary>
    /// <exception cref="TimeoutException">None does in 20 seconds.</exception>
    public void AwaitReply(string text, params string[] command)
    {
        long start = Stopwatch.GetTimestamp();
        while (!Ask(command).Contains(text, StringComparison.Ordinal))
        {
            if (Stopwatch.GetElapsedTime(start) > TimeSpan.FromSeconds(20))
            {
                throw new TimeoutException($"{string.Join(' ', command)} does not say {text}: {Ask(command)}");
            }

            Thread.Yield();
        }
    }

    /// <summary>Stops the process, which keeps its connections.</summary>
    public void Stop() => Signal(StopSignal);

    /// <summary>Continues a stopped process.</summary>
    public void Continue() => Signal(ContinueSignal);

    /// <summary>Kills the process.</summary>
    public void Kill()
    {
        _process!.Kill();
        _process.WaitForExit();
    }

    /// <summary>Starts a process with the same port and directory, and waits until it replies.</summary>
    /// <exception cref="IOException">It does not start.</exception>
    public void StartAgain()
    {
        string port = Port.ToString(CultureInfo.InvariantCulture);
        List<string> arguments = SentinelFile is null ? [] : [SentinelFile];
        arguments.AddRange(["--port", port, "--dir", _directory.FullName, "--bind", "127.0.0.1"]);
        arguments.AddRange(SentinelFile is null ? ["--save", ""] : []);
        arguments.AddRange(_options);
        ProcessStartInfo start = new("redis-server", arguments) { RedirectStandardOutput = true };
        _process = Process.Start(start)!;
        string? line;
        do
        {
            line = _process.StandardOutput.ReadLine();
        }
        while (line is not null && !line.Contains("Ready to accept", StringComparison.Ordinal)
            && !line.Contains("Sentinel ID", StringComparison.Ordinal));
        if (line is null)
        {
            Dispose();
            throw new IOException("redis-server does not start");
        }

        _process.StandardOutput.ReadToEndAsync();
    }

    /// <summary>Kills the process, and removes its directory.</summary>
    public void Dispose()
    {
        if (_process is { HasExited: false })
        {
            Kill();
        }

        _process?.Dispose();
        _process = null;
        _directory.Delete(recursive: true);
    }

    private void Signal(int signal) => SpawnedProcess.Send(_process!.Id, signal);

    private static int FindPort()
    {
        while (true)
        {
            _lastPort = _lastPort >= HighestPort ? LowestPort : _lastPort + 1;
            try
            {
                using TcpListener one = new(IPAddress.Loopback, _lastPort);
                one.Start();
                using TcpListener other = new(IPAddress.Loopback, _lastPort + 10000);
                other.Start();
                return _lastPort;
            }
            catch (SocketException)
            {
                // In use by another process.
                continue;
            }
        }
    }

    private static string ReadReply(StreamReader reader)
    {
        string line = reader.ReadLine() ?? throw new IOException("the server closed the connection");
        int count = line[0] is '$' or '*' ? int.Parse(line[1..], CultureInfo.InvariantCulture) : 0;
        if (line[0] == '$')
        {
            char[] text = new char[int.Max(count, 0)];
            reader.ReadBlock(text);
            if (count >= 0)
            {
                reader.ReadLine();
            }

            return count < 0 ? "nil" : new string(text);
        }

        List<string> parts = [];
        for (int i = 0; i < count; i++)
        {
            parts.Add(ReadReply(reader));
        }

        return line[0] == '*' ? string.Join(' ', parts) : line[1..];
    }
}
