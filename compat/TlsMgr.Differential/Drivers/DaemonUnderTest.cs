// Where one daemon plays one case: directories, log, small master, clients. Everything that can be seen of it becomes an
// event or a log record. The same script runs on the stage of the original and on ours; it must never ask which it is.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using TlsMgr.Testing;

namespace TlsMgr.Differential.Drivers;

/// <summary>One daemon, from its start to its end.</summary>
internal sealed class DaemonUnderTest : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly string _binary;
    private readonly PostfixVersion _version;
    private readonly Masking _masking;
    private readonly List<string> _events = [];
    private readonly LogCollector _log;
    private FakeMaster? _master;
    private bool _endIsNoted;

    /// <summary>Makes the directories; starts nothing.</summary>
    /// <param name="binary">The daemon.</param>
    /// <param name="quiet">The first <see cref="Quiet"/>.</param>
    /// <param name="version">The Postfix that both daemons serve.</param>
    /// <param name="keepsAll">Whether times, process ids and random data are kept as they are: for recordings.</param>
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

    /// <summary>How long nothing must come from the daemon until it has nothing more to say.</summary>
    internal TimeSpan Quiet { get; set; }

    /// <summary>The file that the daemon keeps its random state in, unless main.cf says otherwise.</summary>
    internal string ExchangeFile => Path.Combine(Directories.Data, "prng_exch");

    /// <summary>Writes main.cf: these lines behind the necessary ones.</summary>
    internal void Configure(params string[] lines)
    {
        // Ours takes its version from master's executable, and here that is no Postfix.
        Directories.WriteMainCf([$"mail_version = {_version}", .. lines.Select(Place)]);
        DateBack();
    }

    /// <summary>Writes main.cf: all of it.</summary>
    internal void ConfigureWhole(string text)
    {
        File.WriteAllText(Path.Combine(Directories.Config, "main.cf"), Place(text));
        DateBack();
    }

    /// <summary>A text of a recording with this stage's directories and user in it.</summary>
    internal string Place(string text) => text.Replace("/rig/main.cf", Path.Combine(Directories.Config, "main.cf"), StringComparison.Ordinal)
        .Replace("/rig", Directories.Root, StringComparison.Ordinal);

    /// <summary>Starts the daemon as master(8) does.</summary>
    /// <param name="options">Options beside master's own.</param>
    internal void Start(params string[] options)
    {
        _master = FakeMaster.Start(_binary, Directories, options);
        _masking.ProcessId = _master.Process.Id;
    }

    /// <summary>Starts the daemon again; ends the one before as a reload does, unless it has ended.</summary>
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

    /// <summary>Asks one thing on a connection of its own and notes greeting and reply; or that the daemon ended.</summary>
    internal void Ask(string request)
    {
        using Client client = Connect();
        NoteGreeting(client);
        client.Send(Bytes(request));
        Note($"reply {_masking.Bytes(Await(client, 1))}");
    }

    /// <summary>Plays a client: what comes after each step is noted.</summary>
    internal void Play(params ClientStep[] steps)
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

    /// <summary>The bytes of the reply to a request, not noted.</summary>
    internal byte[] Answer(string request)
    {
        using Client client = Connect();
        Await(client, _version.Greetings);
        client.Send(Bytes(request));
        return Await(client, 1);
    }

    /// <summary>Opens a connection for a script that does more with it.</summary>
    internal Client Connect() => new(Directories.ServiceSocket);

    /// <summary>Waits until the daemon has dealt with all that was sent before.</summary>
    internal void SyncToDisk() => Answer("request|policy|cache_type|smtpd||");

    internal void Signal(int signal) => _master!.Process.Signal(signal);

    /// <summary>Does what master does at a reload, and notes how the daemon ended.</summary>
    internal void HangUp()
    {
        _master!.HangUp();
        AwaitEnd();
    }

    /// <summary>Waits for the daemon's end and notes its exit status.</summary>
    internal void AwaitEnd()
    {
        int? status = _master!.Process.WaitForExit(Patience);
        Note(status is null ? "goes on running" : status < 0 ? $"killed by signal {-status}" : $"exit status {status}");
        _endIsNoted = status is not null;
    }

    /// <summary>Waits for a log record; its absence is noted.</summary>
    internal void AwaitLog(string text)
    {
        if (!_log.WaitFor(text, Patience))
        {
            Note($"no log record with \"{text}\"");
        }
    }

    /// <summary>Runs the daemon by hand, to its end: exit status and output are noted.</summary>
    internal void Run(string[] arguments, byte[] input, bool onTerminal = false, string? configDirectory = null)
    {
        (int? status, string printed) = RunByHand(arguments, input, onTerminal, configDirectory);
        Note($"exit status {status}, printed {_masking.Bytes(Encoding.Latin1.GetBytes(printed))}");
    }

    /// <summary>The same, not noted.</summary>
    internal (int? Status, string Printed) RunByHand(
        string[] arguments, byte[] input, bool onTerminal = false, string? configDirectory = null) =>
        ManualRun.Run(_binary, Directories, arguments, input, onTerminal, configDirectory, _masking);

    /// <summary>Whether a file is there, its size and its permissions.</summary>
    internal void NoteFile(string path)
    {
        FileInfo file = new(path);
        Note($"file {_masking.Text(path)}: {(file.Exists ? $"{file.Length} bytes, {file.UnixFileMode}" : "none")}");
    }

    /// <summary>Notes what the daemon has reported to master; to be called when master has hung up.</summary>
    internal void NoteStatusMessages() =>
        Note($"reported {string.Join(' ', _master!.StatusMessages.Select(message => message.Status))}");

    internal void Note(string text) => _events.Add(text);

    /// <summary>What was seen since the last call, while the daemon goes on.</summary>
    internal Observation Take()
    {
        Observation seen = new([.. _events], [.. _log.Take().Select(_masking.Record)]);
        _events.Clear();
        return seen;
    }

    /// <summary>Ends the daemon as a reload does, when it still runs, and answers all that was seen.</summary>
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

    /// <summary>Waits for whole lists, or until the daemon has ended without answering.</summary>
    private byte[] Await(Client client, int lists)
    {
        List<byte> bytes = [];
        for (TimeSpan waited = TimeSpan.Zero; lists > 0 && waited < Patience; waited += TimeSpan.FromMilliseconds(100))
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

    /// <summary>Postfix reads a main.cf that was changed a moment ago again and again, and repeats its warnings.</summary>
    private void DateBack() =>
        File.SetLastWriteTimeUtc(Path.Combine(Directories.Config, "main.cf"), DateTime.UtcNow.AddHours(-1));
}

/// <summary>One thing that a client does: sends bytes, perhaps closes, and reads what comes.</summary>
/// <param name="Bytes">What to send; may depend on what the daemon said before.</param>
/// <param name="ThenCloses">Whether nothing more will be sent.</param>
/// <param name="UntilEnd">How long to wait for the daemon to close, however quiet it is.</param>
internal sealed record ClientStep(
    Func<DaemonUnderTest, byte[]> Bytes, bool ThenCloses = false, TimeSpan UntilEnd = default)
{
    internal ClientStep(string text, bool thenCloses = false)
        : this(_ => DaemonUnderTest.Bytes(text), thenCloses)
    {
    }
}
