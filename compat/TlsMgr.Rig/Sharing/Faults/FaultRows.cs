using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using TlsMgr.Rig.Pool;
using TlsMgr.Rig.Sharing.Servers;

namespace TlsMgr.Rig.Sharing.Faults;

/// <summary>The faults of a server, of the network, and of tlspool, for a host behind a proxy.</summary>
internal sealed class FaultRows(
    PoolHost host, CacheServer server, FaultProxy proxy, ServerTls tls, CancellationToken cancellation)
{
    /// <summary>The port of the proxy.</summary>
    internal const int ProxyPort = 6478;

    /// <summary>What the user of tlspool may do, and nothing else.</summary>
    internal const string LeastRights =
        "resetkeys ~tlspool:* resetchannels -@all +get +set +psetex +unlink +echo +xadd +xread +xrange";

    private const string User = "tlspool";
    private const string Password = "a-password-of-the-rig";
    private const int SmallMemoryBytes = 64 * 1024;

    private static string ProxyLine => string.Create(
        CultureInfo.InvariantCulture, $"tlspool_server = inet:{CacheServer.Address}:{ProxyPort}");

    /// <summary>Has the host use the proxy.</summary>
    internal void Connect() => Configure(ProxyLine);

    /// <summary>The rows.</summary>
    internal IEnumerable<FaultRow> All() => [.. OfServer(), .. OfPrograms()];

    /// <summary>The faults of the server, and on the way to it.</summary>
    internal IEnumerable<FaultRow> OfServer() =>
        [.. Servers(), .. Network(), .. Access(), .. new EntryFaultRows(server).All()];

    private IEnumerable<FaultRow> Servers() =>
    [
        new("the server is down at the start", static () => { }, server.Start)
        {
            Prepare = () =>
            {
                server.Kill();
                host.Reload(cancellation);
            },
            IsCold = true,
        },
        new("the server is killed", server.Kill, server.Start),
        Stopped(5),
        Stopped(60),
        new("the server is full, and evicts nothing", () => SetMemory("noeviction", 1), FreeMemory),
        new(
            "the server is full, and evicts", () => SetMemory("allkeys-lru", UsedBytes() + SmallMemoryBytes),
            FreeMemory) { IsHarmless = true, IsSilent = true },
        new("the server is read-only", () => Command("replicaof", CacheServer.Address, "1"),
            () => Command("replicaof", "no", "one")),
        new("the server is emptied", () => Command("flushall"), static () => { })
        {
            IsHarmless = true, IsSilent = true,
        },
    ];

    private FaultRow Stopped(int seconds) =>
        new($"the server is stopped for {seconds} s", () => server.Signal("STOP"), () => server.Signal("CONT"))
        {
            Duration = TimeSpan.FromSeconds(seconds),
        };

    private IEnumerable<FaultRow> Network() =>
    [
        Network("the server is slow (60 ms)", ProxyMode.Slow),
        Network("packets are lost (a proxy, one in ten)", ProxyMode.Lossy),
        Network("nothing comes from the server", ProxyMode.Silent),
        Network("half a reply comes, and nothing more", ProxyMode.Half) with { IsBrief = true },
        Network("a megabyte of garbage comes in place of a reply", ProxyMode.Garbage),
    ];

    private FaultRow Network(string name, ProxyMode mode) => new(name, () => proxy.Mode = mode, () =>
    {
        proxy.Mode = ProxyMode.Forward;
        proxy.Disconnect();
    });

    private IEnumerable<FaultRow> Access() =>
    [
        Configured("a user with the least rights", [ProxyLine, .. Login(Password)], Allow) with
        {
            IsHarmless = true, IsSilent = true, IsCold = false,
        },
        Configured("a wrong password", [ProxyLine, .. Login("another-password")], Allow) with
        {
            Reason = "password", LoggedReason = "password",
        },
        Configured(
            "rights that are too small", [ProxyLine, .. Login(Password)],
            () => Command(["acl", "setuser", User, "on", $">{Password}", .. LeastRights.Split(' '), "-psetex"])) with
        {
            Reason = "psetex", LoggedReason = "'psetex'",
        },
        Configured("TLS", [ServerTls.ServerLine, $"tlspool_tls_CAfile = {tls.CaFile}"], static () => { }) with
        {
            IsHarmless = true, IsSilent = true, IsCold = false,
        },
        Configured(
            "a certificate of another CA", [ServerTls.ServerLine, $"tlspool_tls_CAfile = {tls.OtherCaFile}"],
            static () => { }) with { Reason = "certificate", LoggedReason = "certificate" },
        Configured("plain TCP to a port with TLS", [ServerTls.ServerLine], static () => { }),
        Configured(
            "TLS to a port without it", [ProxyLine, $"tlspool_tls_CAfile = {tls.CaFile}"], static () => { }),
    ];

    /// <summary>The faults of tlspool.</summary>
    internal IEnumerable<FaultRow> OfPrograms() =>
    [
        new("tlspool is killed", () => SharingProcesses.Signal(host, User, "KILL", cancellation), static () => { })
        {
            IsBrief = true,
        },
        new("tlspool is stopped", () => SharingProcesses.Signal(host, User, "STOP", cancellation),
            () => SharingProcesses.Signal(host, User, "CONT", cancellation)),
        Restarting(),
        Configured("tlspool is not in master.cf", [ProxyLine], () => EditMasterCf("tlspool unix", "#tlspool unix")) with
        {
            Restore = () =>
            {
                EditMasterCf("#tlspool unix", "tlspool unix");
                Connect();
            },
            Reason = "master.cf has no service tlspool",
        },
    ];

    private FaultRow Restarting()
    {
        CancellationTokenSource? stop = null;
        Thread? killer = null;
        return new FaultRow(
            "tlspool restarts each second",
            () =>
            {
                CancellationTokenSource own = stop = new CancellationTokenSource();
                killer = new Thread(() =>
                {
                    while (!own.Token.WaitHandle.WaitOne(TimeSpan.FromSeconds(1)))
                    {
                        SharingProcesses.Signal(host, User, "TERM", CancellationToken.None);
                    }
                });
                killer.Start();
            },
            () =>
            {
                stop!.Cancel();
                killer!.Join();
                stop.Dispose();
            });
    }

    private FaultRow Configured(string name, string[] lines, Action prepare) =>
        new(name, static () => { }, static () => { })
        {
            Prepare = () =>
            {
                prepare();
                Configure(lines);
            },
            Restore = Connect,
            IsCold = true,
            IsLasting = true,
        };

    private void Configure(params string[] lines)
    {
        host.OwnLines =
        [
            .. host.OwnLines.Where(static line => !line.StartsWith(User, StringComparison.Ordinal)), .. lines,
        ];
        host.ConfigurePool();
        host.Reload(cancellation);
    }

    private void Allow() =>
        Command(["acl", "setuser", User, "reset", "on", $">{Password}", .. LeastRights.Split(' ')]);

    private string[] Login(string password)
    {
        string file = Path.Combine(host.Instance.ConfigDirectory, $"tlspool.{password}");
        File.WriteAllText(file, password + "\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return [$"tlspool_user = {User}", $"tlspool_password_file = {file}"];
    }

    private void EditMasterCf(string from, string to)
    {
        string path = Path.Combine(host.Instance.ConfigDirectory, "master.cf");
        File.WriteAllText(path, File.ReadAllText(path).Replace($"\n{from}", $"\n{to}", StringComparison.Ordinal));
    }

    private void SetMemory(string policy, long bytes)
    {
        Command("config", "set", "maxmemory-policy", policy);
        Command("config", "set", "maxmemory", bytes.ToString(CultureInfo.InvariantCulture));
    }

    private void FreeMemory() => SetMemory("noeviction", 0);

    private long UsedBytes() => long.Parse(
        server.Command("info", "memory").Split('\n')
            .First(static line => line.StartsWith("used_memory:", StringComparison.Ordinal)).Split(':')[1].Trim(),
        CultureInfo.InvariantCulture);

    private void Command(params string[] words) => server.Command(words);
}
