// A small master(8): starts a daemon as the real one does - descriptors 0 to 6, arguments, the whole environment - and
// reads back what the daemon reports on its status channel. For our binary and for the original alike.

using System;
using System.Collections.Generic;
using System.IO;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading;
using TlsMgr.Native.Libc;

namespace TlsMgr.Testing;

/// <summary>One message of the status channel.</summary>
public readonly record struct StatusMessage(int ProcessId, uint Generation, int Status);

/// <summary>A daemon under a small master.</summary>
public sealed partial class FakeMaster : IDisposable
{
    private const int StatusMessageBytes = 12;
    private const uint Generation = 42;

    /// <summary>More than any test looks at; the original sends four for each request.</summary>
    private const int StatusMessagesKept = 1024;

    private readonly string _path;
    private readonly string[] _arguments;
    private readonly bool _readsStatus;
    private readonly TimeSpan _statusPause;
    private readonly UnixListener _listener;
    private readonly int _flowRead;
    private readonly int _flowWrite;
    private Socket? _status;
    private Thread? _statusReader;

    private FakeMaster(
        string path, string[] arguments, DaemonDirectories directories, bool readsStatus, TimeSpan statusPause)
    {
        _path = path;
        _arguments = arguments;
        _readsStatus = readsStatus;
        _statusPause = statusPause;
        Directories = directories;
        _listener = new UnixListener(directories.ServiceSocket);
        Span<int> flow = stackalloc int[2];
        MakePipe(flow);
        (_flowRead, _flowWrite) = (flow[0], flow[1]);
        Process = Launch();
    }

    /// <summary>The generation that the daemon is told, as a number; the environment says it in octal.</summary>
    public static uint ExpectedGeneration => Generation;

    /// <summary>The daemon that was started last.</summary>
    public SpawnedProcess Process { get; private set; }

    public DaemonDirectories Directories { get; }

    /// <summary>Starts a daemon.</summary>
    /// <param name="binary">The daemon's file.</param>
    /// <param name="directories">Its directories.</param>
    /// <param name="options">What master.cf would add behind <c>-l -t unix</c>: <c>-u</c>, <c>-c</c>, <c>-v</c> …</param>
    /// <param name="runner">A program that starts the daemon in master's place, and its arguments before the daemon's.</param>
    /// <param name="readsStatus">Whether there is room for the daemon's status messages; else their channel is full.</param>
    /// <param name="statusPause">How long to wait between two looks at the status messages.</param>
    public static FakeMaster Start(
        string binary, DaemonDirectories directories, IReadOnlyList<string> options, IReadOnlyList<string>? runner = null,
        bool readsStatus = true, TimeSpan statusPause = default)
    {
        string[] arguments = ["tlsmgr", "-l", "-t", "unix", .. options];
        return runner is null
            ? new FakeMaster(binary, arguments, directories, readsStatus, statusPause)
            : new FakeMaster(runner[0], [.. runner, binary, .. arguments[1..]], directories, readsStatus, statusPause);
    }

    /// <summary>
    /// Starts the daemon again on the same sockets, as master does when one has ended. At a reload the one before may
    /// still be at work: <see cref="HangUp"/> tells it to go, and clients wait in the socket's queue meanwhile.
    /// </summary>
    public void StartAgain()
    {
        HangUp();
        Process = Launch();
    }

    /// <summary>The environment that master(8) gives to a daemon; nothing else is in it.</summary>
    public static IReadOnlyDictionary<string, string> EnvironmentOf(DaemonDirectories directories) =>
        new Dictionary<string, string>
        {
            ["MAIL_CONFIG"] = directories.Config,
            ["MAIL_LOGTAG"] = "pf",
            ["LANG"] = "C",
            ["GENERATION"] = Convert.ToString(Generation, 8),
            ["POSTLOG_SERVICE"] = directories.PostlogSocket,
            ["POSTLOG_HOSTNAME"] = "h",
        };

    public AttributeClient Connect(TimeSpan patience) => AttributeClient.Connect(Directories.ServiceSocket, patience);

    /// <summary>The status messages that arrived until <see cref="HangUp"/>.</summary>
    public IReadOnlyList<StatusMessage> StatusMessages { get; private set; } = [];

    /// <summary>Does what master does on reload, on stop and when it dies: closes its end of the status channel.</summary>
    public void HangUp()
    {
        if (_status is not null)
        {
            _status.Shutdown(SocketShutdown.Both);
            _statusReader?.Join();
            _status.Dispose();
            _status = null;
        }
    }

    /// <summary>Ends the daemon, the hard way when it does not go by itself.</summary>
    public void Dispose()
    {
        HangUp();
        if (Process.WaitForExit(TimeSpan.FromSeconds(10)) is null)
        {
            Process.Signal(9);
            Process.WaitForExit(TimeSpan.FromSeconds(10));
        }

        _listener.Dispose();
        FileDescriptor.Close(_flowRead);
        FileDescriptor.Close(_flowWrite);
    }

    private SpawnedProcess Launch()
    {
        Span<int> status = stackalloc int[2];
        MakePair(status);
        if (!_readsStatus)
        {
            Fill(status[1]);
        }

        int nothing = FileDescriptor.Open("/dev/null", OpenFlags.ReadWrite | OpenFlags.CloseOnExec);
        Dictionary<int, int> descriptors = new()
        {
            [0] = nothing,
            [1] = nothing,
            [2] = nothing,
            [3] = _flowRead,
            [4] = _flowWrite,
            [5] = status[1],
            [6] = _listener.Descriptor,
        };
        SpawnedProcess process = SpawnedProcess.Start(
            _path, _arguments, EnvironmentOf(Directories), Directories.Queue, descriptors);
        FileDescriptor.Close(nothing);
        FileDescriptor.Close(status[1]);
        _status = new Socket(new SafeSocketHandle(status[0], ownsHandle: true));
        StatusMessages = [];
        if (_readsStatus)
        {
            Socket channel = _status;
            _statusReader = new Thread(() => StatusMessages = ReadStatus(channel, _statusPause)) { IsBackground = true };
            _statusReader.Start();
        }

        return process;
    }

    /// <summary>Reads until the channel is shut down: the original reports each request, and waits when nobody reads.</summary>
    private static List<StatusMessage> ReadStatus(Socket channel, TimeSpan pause)
    {
        List<StatusMessage> messages = [];
        byte[] room = new byte[StatusMessageBytes * StatusMessagesKept];
        int filled = 0;
        int count;
        while ((count = channel.Receive(room, filled, room.Length - filled, SocketFlags.None)) > 0)
        {
            filled += count;
            int whole = filled / StatusMessageBytes;
            if (messages.Count < StatusMessagesKept)
            {
                messages.AddRange(MemoryMarshal.Cast<byte, StatusMessage>(room.AsSpan(0, whole * StatusMessageBytes)));
            }

            room.AsSpan((whole * StatusMessageBytes)..filled).CopyTo(room);
            filled -= whole * StatusMessageBytes;
            if (pause > TimeSpan.Zero)
            {
                Thread.Sleep(pause);
            }
        }

        return messages;
    }

    private static void Fill(int status)
    {
        Span<byte> message = stackalloc byte[StatusMessageBytes];
        int count;
        do
        {
            count = UnixSocket.Send(status, message);
        }
        while (count > 0);
    }

    private static unsafe void MakePair(Span<int> pair)
    {
        fixed (int* room = pair)
        {
            if (SocketPair(1, 1 | CloseOnExec, 0, room) != 0)
            {
                throw new IOException("socketpair failed");
            }
        }
    }

    private static unsafe void MakePipe(Span<int> pipe)
    {
        fixed (int* room = pipe)
        {
            if (Pipe(room, CloseOnExec) != 0)
            {
                throw new IOException("pipe2 failed");
            }
        }
    }

    private const int CloseOnExec = 0x80000;

    [LibraryImport("libc", EntryPoint = "socketpair")]
    private static unsafe partial int SocketPair(int domain, int type, int protocol, int* pair);

    [LibraryImport("libc", EntryPoint = "pipe2")]
    private static unsafe partial int Pipe(int* pipe, int flags);
}
