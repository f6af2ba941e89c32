// Invariant: a script does the same to Postfix's tlsmgr and to ours; it cannot tell which one it drives.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using TlsMgr.Testing;

namespace TlsMgr.Differential.Drivers;

/// <summary>
/// One daemon in one case, with its directories, log, small master and clients. Everything that can be observed of it
/// becomes an event or a log record.
/// </summary>
internal sealed class DaemonUnderTest : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    private readonly string _binary;
    private readonly PostfixVersion _version;
    private readonly Masking _masking;
    private readonly List<string> _events = [];
    private readonly LogCollector _log;
    private FakeMaster? _master;
    private bool _endIsNoted;

    /// <summary>Creates the directories; starts no process.</summary>
    /// <param name="binary">The path of the daemon.</param>
    /// <param name="quiet">The first <see cref="Quiet"/>.</param>
    /// <param name="version">The Postfix version that both daemons serve.</param>
    /// <param name="keepsAll">Whether times, process ids and random data stay unmasked: for recordings.</param>
    internal DaemonUnderTest(string binary, PostfixVersion version, TimeSpan quiet, bool keepsAll = false)
    {
        _binary = binary;
        _version = version;
        Quiet = quiet;
        Directories = new DaemonDirectories();
        _masking = new Masking(Directories.Root, keepsAll);
        _log = new LogCollector(Directories.PostlogSocket);
    }

    internal DaemonDirectories Directories { get; }

    /// <summary>The quiet time: when nothing has arrived for that long, the daemon has sent everything.</summary>
    internal TimeSpan Quiet { get; set; }

    /// <summary>The exchange file of the random pool, at its default path.</summary>
    internal string ExchangeFile => Path.Combine(Directories.Data, "prng_exch");

    /// <summary>Writes main.cf: the required lines, then these.</summary>
    internal void Configure(params string[] lines)
    {
        // Ours reads the version from master's executable, which is not Postfix's here.
        Directories.WriteMainCf([$"mail_version = {_version}", .. lines.Select(ExpandPaths)]);
        BackdateMainCf();
    }

    /// <summary>Writes main.cf: exactly this text, with paths expanded.</summary>
    internal void ConfigureExactly(string text)
    {
        File.WriteAllText(Path.Combine(Directories.Config, "main.cf"), ExpandPaths(text));
        BackdateMainCf();
    }

    /// <summary>Replaces the paths of a recording by this daemon's directories.</summary>
    internal string ExpandPaths(string text) => text.Replace("/rig/main.cf", Path.Combine(Directories.Config, "main.cf"), StringComparison.Ordinal)
        .Replace("/rig", Directories.Root, StringComparison.Ordinal);

    /// <summary>Starts the daemon as master(8) does.</summary>
    /// <param name="options">Options after master's own.</param>
    internal void Start(params string[] options)
    {
        _master = FakeMaster.Start(_binary, Directories, options);
        _masking.ProcessId = _master.Process.Id;
    }

    /// <summary>
    /// Starts the daemon again; ends the previous one as a reload does, unless its end has been noted.
    /// </summary>
    internal void StartAgain()
    {
        if (!_endIsNoted)
        {
            HangUp();
        }

        _master!.StartAgain();
        _masking.ProcessId = _master.Process.Id;
        _endIsNoted = false;
    }

    /// <summary>
    /// Sends one request on a connection of its own and notes greeting and reply; both are empty when the daemon
    /// exited.
    /// </summary>
    internal void Ask(string request)
    {
        using Client client = Connect();
        NoteGreeting(client);
        client.Send(Bytes(request));
        Note($"reply {_masking.Bytes(Await(client, 1))}");
    }

    /// <summary>Runs a client: notes what it receives after each step.</summary>
    internal void RunClient(params ClientStep[] steps)
    {
        using Client client = Connect();
        NoteGreeting(client);
        foreach (ClientStep step in steps)
        {
            client.Send(step.Bytes(this));
            if (step.ThenCloses)
            {
                client.CloseSending();
            }

            Note($"received {_masking.Bytes(client.Read(Quiet, step.UntilEnd))}");
        }

        Note(client.IsClosed ? "closed by the daemon" : "left open");
    }

    /// <summary>Sends one request on a connection of its own; returns the reply and notes nothing.</summary>
    internal byte[] RequestReply(string request)
    {
        using Client client = Connect();
        Await(client, _version.Greetings);
        client.Send(Bytes(request));
        return Await(client, 1);
    }

    /// <summary>Opens a connection for a script that does more with it.</summary>
    internal Client Connect() => new(Directories.ServiceSocket);

    /// <summary>Waits until the daemon has processed everything that was sent before.</summary>
    internal void AwaitProcessing() => RequestReply("request|policy|cache_type|smtpd||");

    internal void Signal(int signal) => _master!.Process.Signal(signal);

    /// <summary>Closes the status channel as master does at a reload, and notes how the daemon ended.</summary>
    internal void HangUp()
    {
        _master!.HangUp();
        AwaitEnd();
    }

    /// <summary>Waits for the daemon's end and notes its exit status or signal.</summary>
    internal void AwaitEnd()
    {
        int? status = _master!.Process.WaitForExit(Timeout);
        Note(status is null ? "still runs" : status < 0 ? $"killed by signal {-status}" : $"exit status {status}");
        _endIsNoted = status is not null;
    }

    /// <summary>Waits for a log record; its absence is noted.</summary>
    internal void AwaitLog(string text)
    {
        if (!_log.WaitFor(text, Timeout))
        {
            Note($"no log record with \"{text}\"");
        }
    }

    /// <summary>Runs the daemon without master, to its end; notes exit status and output.</summary>
    internal void NoteManualRun(string[] arguments, byte[] input, bool onTerminal = false, string? configDirectory = null)
    {
        (int? status, string printed) = RunManually(arguments, input, onTerminal, configDirectory);
        Note($"exit status {status}, printed {_masking.Bytes(Encoding.Latin1.GetBytes(printed))}");
    }

    /// <summary>Runs the daemon without master, to its end; notes nothing.</summary>
    internal (int? Status, string Printed) RunManually(
        string[] arguments, byte[] input, bool onTerminal = false, string? configDirectory = null) =>
        ManualRun.Run(_binary, Directories, arguments, input, onTerminal, configDirectory, _masking);

    /// <summary>Notes whether a file exists, its size and its permissions.</summary>
    internal void NoteFile(string path)
    {
        FileInfo file = new(path);
        Note($"file {_masking.Text(path)}: {(file.Exists ? $"{file.Length} bytes, {file.UnixFileMode}" : "none")}");
    }

    /// <summary>Notes the daemon's status messages to master; call it after <see cref="HangUp"/>.</summary>
    internal void NoteStatusMessages() =>
        Note($"reported {string.Join(' ', _master!.StatusMessages.Select(message => message.Status))}");

    internal void Note(string text) => _events.Add(text);

    /// <summary>What was observed since the last call; the daemon continues to run.</summary>
    internal Observation Take()
    {
        Observation seen = new([.. _events], [.. _log.Take().Select(_masking.Record)]);
        _events.Clear();
        return seen;
    }

    /// <summary>Ends the daemon as a reload does, when it still runs; returns what was observed.</summary>
    internal Observation Finish()
    {
        if (_master is not null && !_endIsNoted)
        {
            HangUp();
        }

        return Take();
    }

    public void Dispose()
    {
        _master?.Dispose();
        _log.Dispose();
        File.Delete(Directories.PostlogSocket);
        Directories.Dispose();
    }

    internal static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text.Replace('|', '\0'));

    private void NoteGreeting(Client client) => Note($"greeting {_masking.Bytes(Await(client, _version.Greetings))}");

    /// <summary>Waits for complete lists, or until the daemon has exited without a reply.</summary>
    private byte[] Await(Client client, int lists)
    {
        List<byte> bytes = [];
        for (TimeSpan waited = TimeSpan.Zero; lists > 0 && waited < Timeout; waited += TimeSpan.FromMilliseconds(100))
        {
            bytes.AddRange(client.ReadLists(lists, TimeSpan.FromMilliseconds(100)));
            if (bytes.Count > 0 || client.IsClosed || HasEnded())
            {
                break;
            }
        }

        return [.. bytes];
    }

    private bool HasEnded() => _master!.Process.WaitForExit(TimeSpan.Zero) is not null;

    /// <summary>Postfix re-reads a main.cf that changed a moment ago, and repeats its warnings.</summary>
    private void BackdateMainCf() =>
        File.SetLastWriteTimeUtc(Path.Combine(Directories.Config, "main.cf"), DateTime.UtcNow.AddHours(-1));
}

/// <summary>One step of a client: it sends bytes, may shut its side down, and reads what arrives.</summary>
/// <param name="Bytes">What to send; may depend on earlier replies.</param>
/// <param name="ThenCloses">Whether the sending direction is shut down then.</param>
/// <param name="UntilEnd">How long to wait for the daemon to close, regardless of the quiet time.</param>
internal sealed record ClientStep(
    Func<DaemonUnderTest, byte[]> Bytes, bool ThenCloses = false, TimeSpan UntilEnd = default)
{
    internal ClientStep(string text, bool thenCloses = false)
        : this(_ => DaemonUnderTest.Bytes(text), thenCloses)
    {
    }
}
