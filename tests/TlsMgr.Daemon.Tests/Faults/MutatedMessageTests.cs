using System.Collections.Generic;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using TlsMgr.Testing.Load;
using Xunit;

namespace TlsMgr.Daemon.Tests.Faults;

/// <summary>
/// Millions of nearly well-formed messages: no crash, no leak, no hang, and right replies for the others.
/// </summary>
[Trait("Needs", "root")]
public sealed class MutatedMessageTests
{
    private const int Rounds = 10;
    private const int Senders = 4;
    private const int MessagesPerConnection = 500;

    [Fact]
    public void Mutated_messages_do_not_affect_other_clients_or_memory()
    {
        using FaultRun run = FaultRun.Start(Footprint.NoClients);
        using Footprint footprint = new(run);
        using CancellationTokenSource end = new();
        Thread log = new(() => Drain(run, end.Token));
        log.Start();
        try
        {
            int messages = FaultRun.Choose(10_000_000, 100_000) / Rounds / Senders;
            for (int round = 0; round < Rounds; round++)
            {
                run.NextLoad(new LoadSettings { Clients = 2 });
                int firstSeed = round * Senders;
                Parallel.For(
                    firstSeed, firstSeed + Senders, new ParallelOptions { MaxDegreeOfParallelism = Senders },
                    seed => Send(run, seed, messages));
                run.Serve(100);
                footprint.Measure();
            }
        }
        finally
        {
            end.Cancel();
            log.Join();
        }

        footprint.ShouldBeFlat();
    }

    /// <summary>
    /// Sends batch after batch, each on a connection of its own, and reads until the daemon closes it.
    /// </summary>
    private static void Send(FaultRun run, int seed, int messages)
    {
        MutatedMessages source = new(seed);
        UnixDomainSocketEndPoint service = new(run.Daemon.Directories.ServiceSocket);
        byte[] buffer = new byte[64 * 1024];
        for (int sent = 0; sent < messages; sent += MessagesPerConnection)
        {
            List<byte> batch = [];
            for (int i = 0; i < MessagesPerConnection; i++)
            {
                source.Append(batch);
            }

            using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.ReceiveTimeout = (int)PublishedBinary.Timeout.TotalMilliseconds;
            socket.Connect(service);
            try
            {
                socket.Send([.. batch]);
                socket.Shutdown(SocketShutdown.Send);
                while (socket.Receive(buffer) > 0)
                {
                }
            }
            catch (SocketException closed) when (closed.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown)
            {
                // A batch may begin like master's trigger, after which the daemon closes at once.
            }
        }
    }

    /// <summary>Reads and discards the log: thousands of warnings a second are expected.</summary>
    private static void Drain(FaultRun run, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            run.Daemon.Log.TakeRecords();
            Thread.Yield();
        }
    }
}
