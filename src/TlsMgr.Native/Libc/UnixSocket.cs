using System;
using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace TlsMgr.Native.Libc;

/// <summary>
/// System calls on Unix-domain sockets (unix(7)). Each returns zero or more, or the negative of an
/// <see cref="Errno"/>. Sending and receiving do not wait (MSG_DONTWAIT): flags of an open file are not changed, as it
/// may be shared with another process.
/// </summary>
public static unsafe class UnixSocket
{
    /// <summary>The maximum length of a socket's path, in bytes (unix(7)).</summary>
    public const int MaxPathBytes = 107;

    /// <summary>The maximum number of pieces that one call sends: as much as a socket accepts at a time.</summary>
    public const int PiecesPerCall = 64;

    private const int UnixDomain = 1;
    private const int NonBlockingAndCloseOnExec = 0x800 | 0x80000;
    private const int DontWait = 0x40;
    private const int NoSignal = 0x4000;
    private const int SocketLevel = 1;
    private const int SendBuffer = 7;
    private const int PeerCredentials = 17;
    private const int AddressBytes = sizeof(short) + MaxPathBytes + 1;

    /// <summary>
    /// Creates a non-blocking, close-on-exec socket and connects it to a path; returns its descriptor. Minus
    /// <see cref="Errno.InvalidArgument"/> for a path longer than <see cref="MaxPathBytes"/>.
    /// </summary>
    public static int CreateConnected(SocketKind kind, string path)
    {
        int socket = Errno.Result(NativeMethods.Socket(UnixDomain, (int)kind | NonBlockingAndCloseOnExec, 0));
        int result = socket < 0 ? socket : Connect(socket, path);
        if (result < 0 && socket >= 0)
        {
            FileDescriptor.Close(socket);
        }

        return result < 0 ? result : socket;
    }

    /// <summary>
    /// Creates a non-blocking, close-on-exec stream socket, binds it to an unused path, with the permissions that the
    /// umask leaves, and listens; returns its descriptor. Minus <see cref="Errno.InvalidArgument"/> for a path longer
    /// than <see cref="MaxPathBytes"/>.
    /// </summary>
    public static int CreateListening(string path, int backlog)
    {
        int socket = Errno.Result(
            NativeMethods.Socket(UnixDomain, (int)SocketKind.Stream | NonBlockingAndCloseOnExec, 0));
        int result = socket < 0 ? socket : Bind(socket, path);
        result = result < 0 ? result : Errno.Result(NativeMethods.Listen(socket, backlog));
        if (result < 0 && socket >= 0)
        {
            FileDescriptor.Close(socket);
        }

        return result < 0 ? result : socket;
    }

    /// <summary>Reads the effective user id of the peer at connect time (unix(7), SO_PEERCRED).</summary>
    /// <param name="socket">A connected socket.</param>
    /// <param name="userId">The user id; undefined when an error is returned.</param>
    public static int GetPeerUserId(int socket, out uint userId)
    {
        // struct ucred: process, user, group
        uint* credentials = stackalloc uint[3];
        uint length = 3 * sizeof(uint);
        int result = Errno.Result(
            NativeMethods.GetOption(socket, SocketLevel, PeerCredentials, credentials, &length));
        userId = credentials[1];
        return result;
    }

    /// <summary>Sets the size of the buffer for data that the peer has not read (socket(7), SO_SNDBUF).</summary>
    public static int SetSendBuffer(int socket, int lengthBytes) =>
        Errno.Result(NativeMethods.SetOption(socket, SocketLevel, SendBuffer, &lengthBytes, sizeof(int)));

    /// <summary>Accepts a connection; returns its non-blocking, close-on-exec descriptor.</summary>
    public static int Accept(int socket) =>
        Errno.Result(NativeMethods.Accept(socket, null, null, NonBlockingAndCloseOnExec));

    /// <summary>Sends what the socket accepts, without waiting and without SIGPIPE; returns the bytes sent.</summary>
    public static int Send(int socket, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            int result = Errno.Result(NativeMethods.Send(socket, start, (nuint)bytes.Length, DontWait | NoSignal));
            return Errno.IsRefusal(result) ? SendPiece(socket, start, bytes.Length) : result;
        }
    }

    /// <summary>
    /// Sends bytes in several pieces with one call, like <see cref="Send(int, ReadOnlySpan{byte})"/>; of more than
    /// <see cref="PiecesPerCall"/> pieces only the first ones.
    /// </summary>
    /// <param name="socket">A connected socket.</param>
    /// <param name="pieces">The bytes, in memory that does not move: <see cref="LockedMemory"/>.</param>
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
    /// Receives available data without waiting; returns the number of bytes, 0 at the end of a stream. Where an outer
    /// seccomp filter refuses recv(2), it uses read(2), which waits on a blocking socket that is not readable.
    /// </summary>
    public static int Receive(int socket, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            int result = Errno.Result(NativeMethods.Receive(socket, start, (nuint)buffer.Length, DontWait));
            return Errno.IsRefusal(result) ? FileDescriptor.Read(socket, buffer) : result;
        }
    }

    /// <summary>The same as send(2), where an outer seccomp filter refuses that.</summary>
    private static int SendPiece(int socket, byte* start, int lengthBytes)
    {
        Piece piece = new() { Start = start, Length = (nuint)lengthBytes };
        MessageHead message = new() { Pieces = &piece, PieceCount = 1 };
        return Errno.Result(NativeMethods.SendMessage(socket, &message, DontWait | NoSignal));
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
        if (Encoding.UTF8.GetByteCount(path) > MaxPathBytes)
        {
            return false;
        }

        address[0] = UnixDomain;
        Encoding.UTF8.GetBytes(path, address[sizeof(short)..]);
        return true;
    }
}
