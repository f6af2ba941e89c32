using System;
using System.IO;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests;

/// <summary>
/// A cache outlives the process where pages have 16 or 64 KiB, as on some arm64 systems, and on a system with others.
/// </summary>
[Trait("Traced", "not")]
public sealed class PageSizeTests : IDisposable
{
    private const int PageSizeOffset = 40;
    private const int Sessions = 300;

    private static readonly string[] MainCf = ["smtpd_tls_session_cache_database = lmdb:${data_directory}/smtpd_scache"];

    private readonly FaultShim _pages = new("page-size");

    public void Dispose() => _pages.Dispose();

    /// <summary>By the page size of one system, and whether the cache is made and used there; else on an ordinary one.</summary>
    [Theory]
    [InlineData(16384, true, true, 16384)]
    [InlineData(65536, true, true, 32768)]
    [InlineData(65536, true, false, 32768)]
    [InlineData(65536, false, true, 4096)]
    public void Every_session_is_there_after_a_restart(int pageBytes, bool isMadeThere, bool isUsedThere, int fileBytes)
    {
        _pages.IsOn = isMadeThere;
        using RunningDaemon daemon = new(
            new DaemonDirectories(MainCf), runner: [.. _pages.Runner, $"PAGE_BYTES={pageBytes}"]);
        Store(daemon, 0);
        PageBytesOf(daemon).ShouldBe(fileBytes);
        daemon.HangUp().ShouldBe(0);
        _pages.IsOn = isUsedThere;

        daemon.StartAgain();

        Find(daemon, 0);
        Store(daemon, Sessions);
        Find(daemon, Sessions);
        PageBytesOf(daemon).ShouldBe(fileBytes);
        daemon.Log.TakeTexts().ShouldBeEmpty();
    }

    private static void Store(RunningDaemon daemon, int first)
    {
        using AttributeClient client = daemon.Connect();
        client.ReadList();
        for (int i = first; i < first + Sessions; i++)
        {
            RunningDaemon
                .Ask(client, $"request|update|cache_type|smtpd|cache_id|id{i}|session|{Session(i)}||")
                .ShouldBe("status|0||");
        }
    }

    private static void Find(RunningDaemon daemon, int first)
    {
        using AttributeClient client = daemon.Connect();
        client.ReadList();
        for (int i = first; i < first + Sessions; i++)
        {
            RunningDaemon.Ask(client, $"request|lookup|cache_type|smtpd|cache_id|id{i}||")
                .ShouldBe($"status|0|session|{Session(i)}||");
        }
    }

    private static int PageBytesOf(RunningDaemon daemon) =>
        BitConverter.ToInt32(File.ReadAllBytes(daemon.CacheFile), PageSizeOffset);

    private static string Session(int number)
    {
        byte[] bytes = new byte[1500 + number];
        Array.Fill(bytes, (byte)number);
        return Convert.ToBase64String(bytes);
    }
}
