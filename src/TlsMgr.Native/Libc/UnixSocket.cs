// Sockets of the Unix domain (unix(7)). Every call that could wait is told not to; no flag of an open file is changed.

using System;
using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace TlsMgr.Native.Libc;

/// <summary>What a socket carries.</summary>
public enum SocketKind
{
    /// <summary>SOCK_STREAM: bytes in order.</summary>
    Stream = 1,

    /// <summary>SOCK_DGRAM: messages.</summary>
    Datagram = 2,
}

/// <summary>
/// Calls on Unix-domain sockets. Each answers zero or more, or the negative of an <see cref="Errno"/>.
/// </summary>
public static unsafe class UnixSocket
{
    /// <summary>The longest path of a socket address, in bytes (unix(7)).</summary>
    public const int LongestPathBytes = 107;

    /// <summary>The most pieces that are sent by one call: as much as a socket takes at a time.</summary>
    public const int PiecesPerCall = 64;

    private const int UnixDomain = 1;
    private const int NonBlockingAndCloseOnExec = 0x800 | 0x80000;
    private const int DontWait = 0x40;
    private const int NoSignal = 0x4000;
    private const int SocketLevel = 1;
    private const int PeerCredentials = 17;
    private const int AddressBytes = sizeof(short) + LongestPathBytes + 1;

    /// <summary>
    /// Makes a socket that never blocks and closes on exec, and connects it to a path; answers its descriptor. Minus
    /// <see cref="Errno.InvalidArgument"/> for a path above <see cref="LongestPathBytes"/>.
    /// </summary>
    public static int CreateConnected(SocketKind kind, string path)
    {
        int socket = Errno.Result(NativeMethods.Socket(UnixDomain, (int)kind | NonBlockingAndCloseOnExec, 0));
        int answer = socket < 0 ? socket : Connect(socket, path);
        if (answer < 0 && socket >= 0)
        {
            FileDescriptor.Close(socket);
        }

        return answer < 0 ? answer : socket;
    }

    /// <summary>
    /// Makes a stream socket that never blocks and closes on exec, binds it to a path where there is nothing yet, with
    /// the permissions that the umask leaves, and listens; answers its descriptor. Minus
    /// <see cref="Errno.InvalidArgument"/> for a path above <see cref="LongestPathBytes"/>.
    /// </summary>
    public static int CreateListening(string path, int backlog)
    {
        int socket = Errno.Result(
            NativeMethods.Socket(UnixDomain, (int)SocketKind.Stream | NonBlockingAndCloseOnExec, 0));
        int answer = socket < 0 ? socket : Bind(socket, path);
        answer = answer < 0 ? answer : Errno.Result(NativeMethods.Listen(socket, backlog));
        if (answer < 0 && socket >= 0)
        {
            FileDescriptor.Close(socket);
        }

        return answer < 0 ? answer : socket;
    }

    /// <summary>Who connected: the effective user at that moment (SO_PEERCRED of unix(7)).</summary>
    /// <param name="socket">A connected socket.</param>
    /// <param name="userId">The user id; of no meaning when the answer is below zero.</param>
    public static int GetPeerUserId(int socket, out uint userId)
    {
        // struct ucred: process, user, group
        uint* credentials = stackalloc uint[3];
        uint length = 3 * sizeof(uint);
        int answer = Errno.Result(
            NativeMethods.GetOption(socket, SocketLevel, PeerCredentials, credentials, &length));
        userId = credentials[1];
        return answer;
    }

    /// <summary>Takes the next connection; answers its descriptor, which never blocks and closes on exec.</summary>
    public static int Accept(int socket) =>
        Errno.Result(NativeMethods.Accept(socket, null, null, NonBlockingAndCloseOnExec));

    /// <summary>Sends what fits without waiting and without SIGPIPE; answers the number of bytes taken.</summary>
    public static int Send(int socket, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            return Errno.Result(NativeMethods.Send(socket, start, (nuint)bytes.Length, DontWait | NoSignal));
        }
    }

    /// <summary>
    /// Sends what fits of bytes in several pieces, as <see cref="Send(int, ReadOnlySpan{byte})"/> does, by one call; of
    /// more than <see cref="PiecesPerCall"/> pieces only the first ones.
    /// </summary>
    /// <param name="socket">A connected socket.</param>
    /// <param name="pieces">The bytes, in memory that never moves: <see cref="LockedMemory"/>.</param>
    public static int Send(int socket, in ReadOnlySequence<byte> pieces)
    {
        if (pieces.IsSingleSegment)
        {
            return Send(socket, pieces.FirstSpan);
        }

        Piece* list = stackalloc Piece[PiecesPerCall];
        nuint count = 0;
        foreach (ReadOnlyMemory<byte> piece in pieces)
        {
            list[count].Start = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(piece.Span));
            list[count].Length = (nuint)piece.Length;
            if (++count == PiecesPerCall)
            {
                break;
            }
        }

        MessageHead message = new() { Pieces = list, PieceCount = count };
        return Errno.Result(NativeMethods.SendMessage(socket, &message, DontWait | NoSignal));
    }

    /// <summary>
    /// Receives what is there without waiting; answers the number of bytes, 0 at the end of a stream.
    /// </summary>
    public static int Receive(int socket, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            return Errno.Result(NativeMethods.Receive(socket, start, (nuint)buffer.Length, DontWait));
        }
    }

    private static int Connect(int socket, string path)
    {
        byte* address = stackalloc byte[AddressBytes];
        return FillAddress(new Span<byte>(address, AddressBytes), path)
            ? Errno.Result(NativeMethods.Connect(socket, address, AddressBytes))
            : -Errno.InvalidArgument;
    }

    private static int Bind(int socket, string path)
    {
        byte* address = stackalloc byte[AddressBytes];
        return FillAddress(new Span<byte>(address, AddressBytes), path)
            ? Errno.Result(NativeMethods.Bind(socket, address, AddressBytes))
            : -Errno.InvalidArgument;
    }

    private static bool FillAddress(Span<byte> address, string path)
    {
        address.Clear();
        if (Encoding.UTF8.GetByteCount(path) > LongestPathBytes)
        {
            return false;
        }

        address[0] = UnixDomain;
        Encoding.UTF8.GetBytes(path, address[sizeof(short)..]);
        return true;
    }
}

/// <summary>struct msghdr: a message of several pieces, to whom the socket is connected to.</summary>
[StructLayout(LayoutKind.Explicit, Size = 56)]
internal unsafe struct MessageHead
{
    [FieldOffset(16)] internal Piece* Pieces;
    [FieldOffset(24)] internal nuint PieceCount;
}

/// <summary>struct iovec.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Piece
{
    internal byte* Start;
    internal nuint Length;
}
