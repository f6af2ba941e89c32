using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using Shouldly;
using TlsMgr.Testing;

namespace TlsMgr.Daemon.Tests;

/// <summary>
/// A tlsmgr under a small master, with directories and a log socket of its own: ours unless another is named.
/// </summary>
internal sealed class RunningDaemon : IDisposable
{
    private const int KillSignal = 9;

    /// <summary>Generous, for a busy machine.</summary>
    private static readonly TimeSpan MaximumStart = TimeSpan.FromSeconds(10);

    private readonly DaemonDirectories _ownDirectories;

    internal RunningDaemon(
        string[]? mainCf = null, string[]? options = null, string? parentVersion = null, string? binary = null,
        string? installedVersion = null)
        : this(
            new DaemonDirectories(mainCf ?? []), options, parentVersion, binary,
            installedVersion: installedVersion ?? parentVersion)
    {
    }

    internal RunningDaemon(
        DaemonDirectories directories, string[]? options = null, string? parentVersion = null, string? binary = null,
        bool readsStatus = true, FaultShim? shim = null, string? installedVersion = null,
        IReadOnlyList<string>? runner = null)
    {
        _ownDirectories = directories;
        if (installedVersion is not null)
        {
            Install(installedVersion);
        }

        if (PublishedBinary.MainCfLine is { } line)
        {
            File.AppendAllLines(Path.Combine(directories.Config, "main.cf"), [line]);
        }

        Log = new PostlogSocket(directories.PostlogSocket);
        Master = FakeMaster.Start(
            binary ?? PublishedBinary.Path, directories, options ?? [],
            runner ?? (parentVersion is null ? shim?.Runner : CreateParent(parentVersion)), readsStatus);
    }

    internal DaemonDirectories Directories => _ownDirectories;

    internal PostlogSocket Log { get; }

    internal FakeMaster Master { get; }

    internal string ExchangeFile => Path.Combine(Directories.Data, "prng_exch");

    /// <summary>The cache file of smtpd, when main.cf has <see cref="Faults.FaultRun.CacheLines"/>.</summary>
    internal string CacheFile => Path.Combine(Directories.Data, "smtpd_scache.lmdb");

    /// <summary>The daemon's resident anonymous memory, in KiB.</summary>
    internal int AnonymousKibibytes => int.Parse(StatusOf("RssAnon").Split(' ')[0], CultureInfo.InvariantCulture);

    /// <summary>The number of the daemon's open descriptors.</summary>
    internal int Descriptors => Directory.GetFileSystemEntries($"/proc/{Master.Process.Id}/fd").Length;

    /// <summary>The processor time that the daemon has used.</summary>
    internal TimeSpan ProcessorTime => Process.GetProcessById(Master.Process.Id).TotalProcessorTime;

    /// <summary>A field of <c>/proc/PID/status</c>.</summary>
    internal string StatusOf(string name) => File.ReadLines($"/proc/{Master.Process.Id}/status")
        .Single(text => text.StartsWith(name + ":", StringComparison.Ordinal)).Split(':')[1].Trim();

    internal AttributeClient Connect() => Master.Connect(PublishedBinary.Timeout);

    /// <summary>
    /// Sends one request on a connection of its own; returns the reply. <c>|</c> stands for NUL in both.
    /// </summary>
    internal string Ask(string request)
    {
        using AttributeClient client = Connect();
        client.ReadList();
        return Ask(client, request);
    }

    /// <summary>Sends one request on a connection that has been greeted; returns the reply.</summary>
    internal static string Ask(AttributeClient client, string request)
    {
        client.SendBytes(Bytes(request));
        return Text(client.ReadList());
    }

    internal static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text.Replace('|', '\0'));

    internal static string Text(IReadOnlyList<(string Name, byte[] Value)> list) =>
        string.Concat(list.Select(pair => $"{pair.Name}|{Encoding.UTF8.GetString(pair.Value)}|")) + "|";

    /// <summary>
    /// Starts the daemon again, hanging up first unless it has exited, and waits for its first reply; returns the time
    /// that took.
    /// </summary>
    internal TimeSpan StartAgain()
    {
        long start = Stopwatch.GetTimestamp();
        Master.StartAgain();
        Ask("request|seed|size|32||").ShouldStartWith("status|0|seed|");
        TimeSpan taken = Stopwatch.GetElapsedTime(start);
        taken.ShouldBeLessThan(MaximumStart);
        return taken;
    }

    /// <summary>Kills it with SIGKILL, as the kernel would.</summary>
    internal void Kill()
    {
        Master.Process.Signal(KillSignal);
        Master.Process.WaitForExit(PublishedBinary.Timeout).ShouldBe(-KillSignal);
    }

    /// <summary>Ends the daemon as a reload does; returns its exit status.</summary>
    internal int? HangUp()
    {
        Master.HangUp();
        return Master.Process.WaitForExit(PublishedBinary.Timeout);
    }

    public void Dispose()
    {
        Master.Dispose();
        Log.Dispose();
        File.Delete(Directories.PostlogSocket);
        _ownDirectories.Dispose();
    }

    /// <summary>Makes a daemon_directory whose smtpd has the version mark of Postfix's executables.</summary>
    private void Install(string version)
    {
        string daemons = Directory.CreateDirectory(Path.Combine(Directories.Root, "daemons")).FullName;
        File.WriteAllText(Path.Combine(daemons, "smtpd"), $"\0mail_version={version}\0");
        File.AppendAllLines(Path.Combine(Directories.Config, "main.cf"), [$"daemon_directory = {daemons}"]);
    }

    /// <summary>
    /// Creates the parent process of the daemon: a copy of the shell with the version mark of Postfix's executables
    /// appended. It starts the daemon as its child, and waits for it.
    /// </summary>
    private string[] CreateParent(string version)
    {
        string parent = Path.Combine(Directories.Root, "master");
        File.Copy("/bin/sh", parent);
        File.SetUnixFileMode(parent, (UnixFileMode)0b111_101_101);
        using (FileStream file = new(parent, FileMode.Append))
        {
            file.Write(Encoding.ASCII.GetBytes($"\0mail_version={version}\0"));
        }

        return [parent, "-c", "\"$0\" \"$@\"; exit $?"];
    }
}
