using System;
using System.Collections.Generic;
using System.Linq;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests;

/// <summary>
/// The number of system calls per request of the published binary, with 16 concurrent clients. The daemon is stopped
/// while they send, so that all requests are ready when it polls, and the number of requests per turn does not depend
/// on the machine. The number of polls does, and is not checked.
/// </summary>
[Trait("Needs", "root")]
[Trait("Traced", "not")]
public sealed class SystemCallTests
{
    private const int Clients = 16;
    private const int Rounds = 20;
    private const int StopSignal = 19;
    private const int ContinueSignal = 18;

    /// <summary>
    /// The calls of a turn, per request; most are made by each thread when it continues after the stop.
    /// </summary>
    private const double Turn = 10.0 / Clients;

    /// <summary>The additional calls of a turn with stores or deletes, per request: one transaction.</summary>
    private const double Transaction = 16.0 / Clients;

    /// <summary>One read and one send, and the share of the turn.</summary>
    private const double Exchange = 2 + Turn;

    /// <summary>The kernel's random bytes are drawn when they are returned.</summary>
    private const double KernelBytes = 1;

    /// <summary>Input is read block by block, and a session of 5,000 bytes takes two blocks.</summary>
    private const double SecondBlock = 1;

    // A reply takes one send for any number of blocks.
    [Theory]
    [InlineData("seed", 1500, Exchange + KernelBytes)]
    [InlineData("policy", 1500, Exchange)]
    [InlineData("tktkey", 1500, Exchange)]
    [InlineData("lookup", 1500, Exchange)]
    [InlineData("lookup", 5000, Exchange)]
    [InlineData("update", 1500, Exchange + Transaction)]
    [InlineData("update", 5000, Exchange + SecondBlock + Transaction)]
    [InlineData("delete", 1500, Exchange + Transaction)]
    [InlineData("delete", 5000, Exchange + Transaction)]
    [InlineData("mix", 1500, Exchange + Transaction)]
    [InlineData("mix", 5000, Exchange + Transaction)]
    public void A_request_stays_within_its_budget(string verb, int sessionBytes, double budget)
    {
        using RunningDaemon daemon = new(
            ["smtpd_tls_session_cache_database = btree:${data_directory}/smtpd_scache"], ["-u", "-c"]);
        string session = Convert.ToBase64String(new byte[sessionBytes]);
        AttributeClient[] clients = [.. Enumerable.Range(0, Clients).Select(_ => daemon.Connect())];
        Array.ForEach(clients, client => client.ReadList());
        for (int key = 0; key < Clients * Rounds; key++)
        {
            RunningDaemon.Ask(clients[0], Request("update", key, session)).ShouldBe("status|0||");
        }

        using SystemCallCounter counter = new(daemon.Master.Process.Id);
        for (int round = 0; round < Rounds; round++)
        {
            RequestTogether(daemon, clients, round, client => verb == "mix" ? Mixed(client) : verb, session);
        }

        double calls = (double)counter.Stop().Work / (Clients * Rounds);
        Array.ForEach(clients, client => client.Dispose());
        calls.ShouldBeInRange(2, budget);
    }

    /// <summary>Sends one request of every client while the daemon is stopped, then reads all replies.</summary>
    private static void RequestTogether(
        RunningDaemon daemon, AttributeClient[] clients, int round, Func<int, string> verbOf, string session)
    {
        daemon.Master.Process.Signal(StopSignal);
        daemon.Master.Process.WaitForStop().ShouldBeTrue();
        for (int i = 0; i < Clients; i++)
        {
            clients[i].SendBytes(RunningDaemon.Bytes(Request(verbOf(i), (round * Clients) + i, session)));
        }

        daemon.Master.Process.Signal(ContinueSignal);
        for (int i = 0; i < Clients; i++)
        {
            IReadOnlyList<(string Name, byte[] Value)> reply = clients[i].ReadList();
            RunningDaemon.Text([reply[0]]).ShouldBe("status|0||");
            if (verbOf(i) == "lookup")
            {
                RunningDaemon.Text([reply[1]]).ShouldBe($"session|{session}||");
            }
        }
    }

    /// <summary>The mix of a mail server: most requests are lookups, a quarter are updates.</summary>
    private static string Mixed(int client) => client switch
    {
        < 10 => "lookup",
        < 14 => "update",
        14 => "seed",
        _ => "policy",
    };

    private static string Request(string verb, int key, string session) => verb switch
    {
        "seed" => "request|seed|size|32||",
        "tktkey" => "request|tktkey|keyname|||",
        "policy" => "request|policy|cache_type|smtpd||",
        "update" => $"request|update|cache_type|smtpd|cache_id|{key}|session|{session}||",
        _ => $"request|{verb}|cache_type|smtpd|cache_id|{key}||",
    };
}
