// The server runs where the clients of the pool do, at the end of the bridge. It keeps nothing on disk.
// Invariant: every server that was started here is killed by Dispose, or with the namespaces of the rig.

using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;

namespace TlsMgr.Rig.Sharing.Servers;

/// <summary>One process of Redis or Valkey, with a directory and a port of its own.</summary>
internal sealed class CacheServer : ISharedStore
{
    /// <summary>The address of all servers.</summary>
    internal const string Address = "10.77.0.254";

    private readonly ServerProgram _program;
    private readonly string _directory;
    private readonly string[] _arguments;
    private readonly CancellationToken _cancellation;
    private Process? _process;

    private CacheServer(
        ServerProgram program, string directory, int port, string[] arguments, CancellationToken cancellation)
    {
        _program = program;
        _directory = directory;
        _arguments = arguments;
        _cancellation = cancellation;
        Port = port;
    }

    public string Name => _program.Name;

    public string[] Parameters => [$"tlspool_server = {Endpoint}"];

    internal int Port { get; }

    internal string Endpoint => string.Create(CultureInfo.InvariantCulture, $"inet:{Address}:{Port}");

    internal int ProcessId => _process?.Id ?? 0;

    /// <summary>Starts a server, and waits until it replies.</summary>
    /// <param name="program">The program.</param>
    /// <param name="area">The directory in which its own is created.</param>
    /// <param name="port">Its port.</param>
    /// <param name="cancellation">Ends the run.</param>
    /// <param name="options">Its options.</param>
    internal static CacheServer Start(
        ServerProgram program, string area, int port, CancellationToken cancellation, params string[] options)
    {
        string directory = Path.Combine(area, string.Create(CultureInfo.InvariantCulture, $"{program.Name}{port}"));
        Directory.CreateDirectory(directory);
        string number = port.ToString(CultureInfo.InvariantCulture);
        string[] arguments =
        [
            "--port", number, "--bind", Address, "--dir", directory, "--save", "", "--appendonly", "no",
            "--daemonize", "no", "--protected-mode", "no", "--logfile", Path.Combine(directory, "log"), .. options,
        ];
        CacheServer server = new(program, directory, port, arguments, cancellation);
        server.Start();
        return server;
    }

    /// <summary>Starts a Sentinel with its file, which it rewrites.</summary>
    internal static CacheServer StartSentinel(
        ServerProgram program, string area, int port, string file, CancellationToken cancellation)
    {
        string directory = Path.Combine(area, string.Create(CultureInfo.InvariantCulture, $"{program.Name}{port}"));
        Directory.CreateDirectory(directory);
        CacheServer server = new(
            program, directory, port,
            [
                file, "--sentinel", "--port", port.ToString(CultureInfo.InvariantCulture), "--bind", Address,
                "--dir", directory, "--protected-mode", "no", "--logfile", Path.Combine(directory, "log"),
            ],
            cancellation);
        server.Start();
        return server;
    }

    /// <summary>Starts it again after <see cref="Kill"/>.</summary>
    internal void Start()
    {
        _process = Shell.Start(_program.Path, _arguments);
        if (!Deadline.Await(() => TryCommand(out string reply, "ping") && reply.Contains("PONG"), _cancellation))
        {
            throw new RigException($"{Name} does not start: see {_directory}/log");
        }
    }

    /// <summary>Ends it as a crash does.</summary>
    internal void Kill()
    {
        if (_process is not null)
        {
            Shell.Kill(_process);
            _process.Dispose();
            _process = null;
        }
    }

    /// <summary>Sends it a signal, by name.</summary>
    internal void Signal(string name) => Shell.Require(
        Shell.Find("kill") ?? throw new RigException("kill is missing: install the package procps"),
        [$"-{name}", ProcessId.ToString(CultureInfo.InvariantCulture)], _cancellation);

    /// <summary>Sends a command as the user default, who may do everything; returns its reply.</summary>
    internal string Command(params string[] words) =>
        TryCommand(out string reply, words)
            ? reply
            : throw new RigException($"{Name} refuses {string.Join(' ', words)}: {reply}");

    public int CountSessions() =>
        Command("--scan", "--pattern", "tlspool:*:*:*").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Count(static key => !key.EndsWith(":recent", StringComparison.Ordinal));

    public void Dispose() => Kill();

    private bool TryCommand(out string reply, params string[] words)
    {
        ShellResult result = Shell.Run(
            _program.ClientPath,
            ["-h", Address, "-p", Port.ToString(CultureInfo.InvariantCulture), .. words], _cancellation);
        reply = result.Output + result.ErrorOutput;
        return result.ExitCode == 0 && !reply.StartsWith("ERR", StringComparison.Ordinal)
            && !reply.StartsWith("NOAUTH", StringComparison.Ordinal);
    }
}
