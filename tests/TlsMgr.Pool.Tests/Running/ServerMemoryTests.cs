using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using Shouldly;
using TlsMgr.Pool.Servers;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Pool.Tests.Running;

/// <summary>
/// What a server may make tlspool keep in memory: the library reads a reply to its end before it shows it.
/// </summary>
public sealed class ServerMemoryTests
{
    private const int Mebibyte = 1024 * 1024;

    /// <summary>What is no heap: code, stacks, the library's native parts.</summary>
    private const int OtherKibibytes = 16 * 1024;

    private static readonly string Filling = new('x', Mebibyte);
    private static readonly string Replies = string.Concat(Enumerable.Repeat("+x\r\n", Mebibyte / 4));

    /// <summary>More than the heap may hold, as fast as it is read. The connection ends, or the process.</summary>
    [Theory]
    [InlineData("$536870912\r\n")] // one value of 512 MiB
    [InlineData("+")] // a line without an end
    public void A_flood_without_an_end_fills_no_more_memory_than_the_limit(string beginning)
    {
        using ScriptedServer server = new();
        using RunningPool pool = new($"tlspool_server = {server.Address}");
        using (PoolConnection connection = pool.ConnectWhenReachable())
        {
            server.OnGet = stream => Send(stream, beginning, Filling, 512);
            connection.Send("get", ("key", PoolConnection.Key(1)));

            PeakUntilDisconnected(server, pool).ShouldBeLessThan((StoreLimits.HeapBytes / 1024) + OtherKibibytes);
        }

        server.OnGet = null;
        if (pool.Master.Process.WaitForExit(TimeSpan.FromSeconds(2)) is { } status)
        {
            status.ShouldBe(1);
            pool.Master.StartAgain();
        }

        using PoolConnection next = pool.Connect();
        next.AwaitStatus(-1, PoolConnection.Key(2));
    }

    [Fact]
    public void A_long_reply_that_does_not_end_is_fatal_and_the_next_process_serves()
    {
        using ScriptedServer server = new();
        using RunningPool pool = new($"tlspool_server = {server.Address}");
        using (PoolConnection connection = pool.ConnectWhenReachable())
        {
            server.OnGet = static stream => Send(
                stream, "$536870912\r\n", Filling, (StoreLimits.UsedHeapBytes / Mebibyte) + 4);
            connection.Send("get", ("key", PoolConnection.Key(1)));

            pool.Log.WaitFor("fatal: more than 24 MiB are in use: the server sends too much", RunningPool.Timeout);
            pool.Master.Process.WaitForExit(RunningPool.Timeout).ShouldBe(1);
        }

        server.OnGet = null;
        pool.Master.StartAgain();
        using PoolConnection next = pool.Connect();
        next.AwaitStatus(-1, PoolConnection.Key(2));
    }

    [Fact]
    public void Replies_that_nobody_asked_for_fill_no_memory()
    {
        using ScriptedServer server = new();
        using RunningPool pool = new($"tlspool_server = {server.Address}");
        using PoolConnection connection = pool.ConnectWhenReachable();
        server.OnGet = static stream => Send(stream, "", Replies, 64);

        connection.Get(PoolConnection.Key(1));

        server.OnGet = null;
        connection.AwaitStatus(-1, PoolConnection.Key(2));
        pool.PeakKibibytes.ShouldNotBeNull().ShouldBeLessThan((StoreLimits.HeapBytes / 1024) + OtherKibibytes);
    }

    [Fact]
    public void The_project_file_has_the_limit_of_the_heap()
    {
        string project = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "src/TlsMgr.Pool/TlsMgr.Pool.csproj"));

        project.ShouldContain($"--runtimeopt:GCHeapHardLimit={StoreLimits.HeapBytes:x}\"");
    }

    private static int PeakUntilDisconnected(ScriptedServer server, RunningPool pool)
    {
        long start = Stopwatch.GetTimestamp();
        int peak = 0;
        while (!server.IsDisconnected)
        {
            Stopwatch.GetElapsedTime(start).ShouldBeLessThan(RunningPool.Timeout);
            peak = pool.PeakKibibytes ?? peak;
            Thread.Yield();
        }

        return peak;
    }

    private static void Send(Stream stream, string beginning, string part, int count)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(part);
        stream.Write(Encoding.ASCII.GetBytes(beginning));
        for (int i = 0; i < count; i++)
        {
            stream.Write(bytes);
        }
    }
}
