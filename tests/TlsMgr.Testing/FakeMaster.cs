// A small master(8): starts a daemon as the real one does - descriptors 0 to 6, arguments, the whole environment - and
// reads back what the daemon reports on its status channel. For our binary and for the original alike.

using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.InteropServices;
using TlsMgr.Native.Libc;

namespace TlsMgr.Testing;

/// <summary>One message of the status channel.</summary>
public readonly record struct StatusMessage(int ProcessId, uint Generation, int Status);

/// <summary>A daemon under a small master.</summary>
public sealed partial class FakeMaster : IDisposable
{
    private const int StatusMessageBytes = 12;
    private const uint Generation = 42;

    private readonly UnixListener _listener;
    private readonly int _status;
    private readonly int _flowRead;
    private readonly int _flowWrite;
    private bool _statusIsOpen = true;

    private FakeMaster(SpawnedProcess process, UnixListener listener, int status, int flowRead, int flowWrite, DaemonDirectories directories)
    {
        Process = process;
        _listener = listener;
        _status = status;
        _flowRead = flowRead;
        _flowWrite = flowWrite;
        Directories = directories;
    }

    /// <summary>The generation that the daemon is told, as a number; the environment says it in octal.</summary>
    public static uint ExpectedGeneration => Generation;

    public SpawnedProcess Process { get; }

    public DaemonDirectories Directories { get; }

    /// <summary>Starts a daemon.</summary>
    /// <param name="binary">The daemon's file.</param>
    /// <param name="directories">Its directories.</param>
    /// <param name="options">What master.cf would add behind <c>-l -t unix</c>: <c>-u</c>, <c>-c</c>, <c>-v</c> …</param>
    /// <param name="runner">A program that starts the daemon in master's place, and its arguments before the daemon's.</param>
    public static FakeMaster Start(
        string binary, DaemonDirectories directories, IReadOnlyList<string> options, IReadOnlyList<string>? runner = null)
    {
        UnixListener listener = new(directories.ServiceSocket);
        Span<int> status = stackalloc int[2];
        Span<int> flow = stackalloc int[2];
        MakePair(status);
        MakePipe(flow);
        int nothing = FileDescriptor.Open("/dev/null", OpenFlags.ReadWrite | OpenFlags.CloseOnExec);
        Dictionary<int, int> descriptors = new()
        {
            [0] = nothing,
            [1] = nothing,
            [2] = nothing,
            [3] = flow[0],
            [4] = flow[1],
            [5] = status[1],
            [6] = listener.Descriptor,
        };
        string[] arguments = ["tlsmgr", "-l", "-t", "unix", .. options];
        SpawnedProcess process = runner is null
            ? SpawnedProcess.Start(binary, arguments, EnvironmentOf(directories), directories.Queue, descriptors)
            : SpawnedProcess.Start(
                runner[0], [.. runner, binary, .. arguments[1..]], EnvironmentOf(directories), directories.Queue, descriptors);
        FileDescriptor.Close(nothing);
        FileDescriptor.Close(status[1]);
        return new FakeMaster(process, listener, status[0], flow[0], flow[1], directories);
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

    /// <summary>The status messages that arrived until <see cref="HangUp"/>; every write must hold whole ones.</summary>
    public IReadOnlyList<StatusMessage> StatusMessages { get; private set; } = [];

    /// <summary>Reads the status channel empty and forgets what was there.</summary>
    public void DiscardStatus()
    {
        Span<byte> room = stackalloc byte[StatusMessageBytes * 1024];
        while (UnixSocket.Receive(_status, room) > 0)
        {
        }
    }

    private List<StatusMessage> TakeStatusMessages()
    {
        List<StatusMessage> messages = [];
        Span<byte> room = stackalloc byte[StatusMessageBytes];
        while (UnixSocket.Receive(_status, room) == StatusMessageBytes)
        {
            messages.Add(MemoryMarshal.Read<StatusMessage>(room));
        }

        return messages;
    }

    /// <summary>Does what master does on reload, on stop and when it dies: closes its end of the status channel.</summary>
    public void HangUp()
    {
        if (_statusIsOpen)
        {
            _statusIsOpen = false;
            StatusMessages = TakeStatusMessages();
            FileDescriptor.Close(_status);
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
