using System;
using System.Diagnostics;
using System.IO;
using System.Threading;

namespace TlsMgr.Rig.Pool.Clients;

/// <summary>Go's crypto/tls with a ClientSessionCache: one process, whose cache is in memory.</summary>
/// <param name="program">The compiled client.</param>
/// <param name="serverName">The name by which sessions are kept; empty: the address.</param>
internal sealed class GoClient(string program, string serverName) : IResumingClient
{
    private readonly Process _process = Shell.Start(program, []);

    /// <summary>Compiles the client, without a network.</summary>
    /// <returns>The path of the program.</returns>
    internal static string Compile(string directory, CancellationToken cancellation)
    {
        string program = Path.Combine(directory, "go-client");
        string source = Path.Combine(AppContext.BaseDirectory, "Pool", "Clients", "client.go");
        string[] environment =
            [$"HOME={directory}", $"GOCACHE={directory}/go-cache", "GO111MODULE=off", "CGO_ENABLED=0", "GOFLAGS="];
        Shell.Require(
            "/usr/bin/env", [.. environment, Enclosure.Need("go", "golang-go"), "build", "-o", program, source],
            cancellation);
        return program;
    }

    public void Connect(string address, int port, CancellationToken cancellation)
    {
        _process.StandardInput.WriteLine($"{address}:{port} {serverName}");
        _process.StandardInput.Flush();
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Deadline.Limit);
        string? outcome;
        try
        {
            outcome = _process.StandardOutput.ReadLineAsync(limit.Token).AsTask().GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            outcome = "no reply";
        }

        if (outcome is not ("reused" or "new"))
        {
            throw new RigException($"Go's client: {outcome ?? "it has ended"}");
        }
    }

    public void Dispose()
    {
        Shell.Kill(_process);
        _process.Dispose();
    }
}
