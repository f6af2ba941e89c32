using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using TlsMgr.Native.Libc;
using TlsMgr.Testing;

namespace TlsMgr.Pool.Tests.Running;

/// <summary>
/// A published tlspool under a small master: when root runs the test, as mail_owner in the jail, otherwise without one.
/// </summary>
internal sealed class RunningPool : IDisposable
{
    /// <summary>Generous, for a busy machine.</summary>
    internal static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <summary>Starts the daemon.</summary>
    /// <param name="parameters">Lines of tlsmgr.cf.</param>
    internal RunningPool(params string[] parameters)
        : this(new DaemonDirectories { Program = "tlspool" }, parameters)
    {
    }

    internal RunningPool(DaemonDirectories directories, params string[] parameters)
        : this(directories, null, parameters)
    {
    }

    /// <summary>Starts the daemon by a program that executes it, as <see cref="FaultShim.Runner"/>.</summary>
    internal RunningPool(DaemonDirectories directories, IReadOnlyList<string>? runner, params string[] parameters)
    {
        Directories = directories;
        File.WriteAllLines(Path.Combine(directories.Config, "tlsmgr.cf"), parameters);
        if (Environment.GetEnvironmentVariable("TLSMGR_MAIN_CF") is { } line)
        {
            // An emulator may lack what the daemon warns about.
            File.AppendAllLines(Path.Combine(directories.Config, "main.cf"), [line]);
        }

        Log = new PostlogSocket(directories.PostlogSocket);
        try
        {
            Master = FakeMaster.Start(Binary, directories, UserIdentity.UserId == 0 ? ["-u", "-c"] : [], runner);
        }
        catch
        {
            Log.Dispose();
            throw;
        }
    }

    /// <summary>dist/tlspool of make publish, or the path in TLSPOOL_BINARY.</summary>
    internal static string Binary
    {
        get
        {
            string path = Environment.GetEnvironmentVariable("TLSPOOL_BINARY")
                ?? Path.Combine(RepositoryRoot.Path, "dist", "tlspool");
            return File.Exists(path) ? path : throw new FileNotFoundException($"{path}: run make publish first");
        }
    }

    internal DaemonDirectories Directories { get; }

    internal PostlogSocket Log { get; }

    internal FakeMaster Master { get; }

    /// <summary>The daemon's resident anonymous memory, in KiB.</summary>
    internal int AnonymousKibibytes => StatusNumber("RssAnon");

    /// <summary>The most memory that was resident at a time, in KiB; null when the process has ended.</summary>
    internal int? PeakKibibytes => FindStatusNumber("VmHWM");

    /// <summary>The daemon's threads.</summary>
    internal int Threads => StatusNumber("Threads");

    /// <summary>
    /// Waits until the log says that the server is used; returns that text. On a busy machine the first try may be
    /// overdue: then there is a warning first, and in the end "works again".
    /// </summary>
    internal string AwaitUse()
    {
        string last;
        do
        {
            last = Log.WaitFor("server ", Timeout)[^1];
        }
        while (!last.EndsWith(" is used", StringComparison.Ordinal)
            && !last.EndsWith(" works again", StringComparison.Ordinal));

        return last;
    }

    /// <summary>Connects, and reads the greeting.</summary>
    internal PoolConnection Connect() => new(Master.Connect(Timeout));

    /// <summary>Connects, and waits until the server can be reached.</summary>
    internal PoolConnection ConnectWhenReachable()
    {
        PoolConnection connection = Connect();
        connection.AwaitReachable(true);
        return connection;
    }

    public void Dispose()
    {
        Master.Dispose();
        Log.Dispose();
        Directories.Dispose();
    }

    private int StatusNumber(string name) =>
        FindStatusNumber(name) ?? throw new InvalidOperationException($"no {name}: the daemon has ended");

    private int? FindStatusNumber(string name)
    {
        string? line = File.ReadLines($"/proc/{Master.Process.Id}/status")
            .SingleOrDefault(line => line.StartsWith(name + ":", StringComparison.Ordinal));
        return line is null
            ? null
            : int.Parse(line.Split(':')[1].Trim().Split(' ')[0], CultureInfo.InvariantCulture);
    }
}
