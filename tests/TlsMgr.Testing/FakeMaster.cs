// Starts our binary or Postfix's tlsmgr as master(8) does, with descriptors 0 to 6, arguments and the complete
// environment, and reads the daemon's messages from the status channel.

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

    /// <summary>More than any test reads; Postfix's tlsmgr sends four for each request.</summary>
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

    /// <summary>The generation in the daemon's environment, where it is octal.</summary>
    public static uint ExpectedGeneration => Generation;

    /// <summary>The most recently started daemon.</summary>
    public SpawnedProcess Process { get; private set; }

    public DaemonDirectories Directories { get; }

    /// <summary>Starts a daemon.</summary>
    /// <param name="binary">The path of the daemon.</param>
    /// <param name="directories">Its directories.</param>
    /// <param name="options">
    /// The options after <c>-l -t unix</c>, as from master.cf: <c>-u</c>, <c>-c</c>, <c>-v</c> …
    /// </param>
    /// <param name="runner">
    /// A program that starts the daemon, and its arguments before the daemon's; null: none.
    /// </param>
    /// <param name="readsStatus">
    /// Whether status messages are read; otherwise their channel is full from the start.
    /// </param>
    /// <param name="statusPause">The pause between two reads of status messages.</param>
    public static FakeMaster Start(
        string binary, DaemonDirectories directories, IReadOnlyList<string> options, IReadOnlyList<string>? runner = null,
        bool readsStatus = true, TimeSpan statusPause = default)
    {
        string[] arguments = [directories.Program, "-l", "-t", "unix", .. options];
        return runner is null
            ? new FakeMaster(binary, arguments, directories, readsStatus, statusPause)
            : new FakeMaster(runner[0], [.. runner, binary, .. arguments[1..]], directories, readsStatus, statusPause);
    }

    /// <summary>
    /// Starts the daemon again on the same sockets, as master does when one has exited. At a reload the previous one
    /// may still run: <see cref="HangUp"/> makes it exit, and clients wait in the socket's queue meanwhile.
    /// </summary>
    public void StartAgain()
    {
        HangUp();
        Process = Launch();
    }

    /// <summary>The complete environment that master(8) gives to a daemon.</summary>
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

    public AttributeClient Connect(TimeSpan timeout) => AttributeClient.Connect(Directories.ServiceSocket, timeout);

    /// <summary>The status messages that arrived until <see cref="HangUp"/>.</summary>
    public IReadOnlyList<StatusMessage> StatusMessages { get; private set; } = [];

    /// <summary>
    /// Closes master's end of the status channel, as master does on reload, on stop and when it dies.
    /// </summary>
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

    /// <summary>Hangs up, and kills the daemon when it does not exit within 10 seconds.</summary>
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

    /// <summary>
    /// Reads until the channel is shut down: Postfix's tlsmgr reports each request, and blocks on a full channel.
    /// </summary>
    private static List<StatusMessage> ReadStatus(Socket channel, TimeSpan pause)
    {
        List<StatusMessage> messages = [];
        byte[] buffer = new byte[StatusMessageBytes * StatusMessagesKept];
        int filled = 0;
        int count;
        while ((count = channel.Receive(buffer, filled, buffer.Length - filled, SocketFlags.None)) > 0)
        {
            filled += count;
            int complete = filled / StatusMessageBytes;
            if (messages.Count < StatusMessagesKept)
            {
                messages.AddRange(MemoryMarshal.Cast<byte, StatusMessage>(buffer.AsSpan(0, complete * StatusMessageBytes)));
            }

            buffer.AsSpan((complete * StatusMessageBytes)..filled).CopyTo(buffer);
            filled -= complete * StatusMessageBytes;
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
        fixed (int* buffer = pair)
        {
            if (SocketPair(1, 1 | CloseOnExec, 0, buffer) != 0)
            {
                throw new IOException("socketpair failed");
            }
        }
    }

    private static unsafe void MakePipe(Span<int> pipe)
    {
        fixed (int* buffer = pipe)
        {
            if (Pipe(buffer, CloseOnExec) != 0)
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
