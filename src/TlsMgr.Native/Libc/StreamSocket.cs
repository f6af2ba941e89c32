using System;
using System.Runtime.InteropServices;

namespace TlsMgr.Native.Libc;

/// <summary>
/// Stream sockets to a server, by TCP or by the path of a Unix-domain socket. They are used with the calls of
/// <see cref="UnixSocket"/> for sending and receiving.
/// </summary>
public static unsafe class StreamSocket
{
    private const int UnixDomain = 1;
    private const int NonBlockingAndCloseOnExec = 0x800 | 0x80000;
    private const int SocketLevel = 1;
    private const int PendingError = 4;
    private const int TcpLevel = 6;
    private const int NoDelay = 1;

    /// <summary>
    /// Creates a non-blocking, close-on-exec socket and begins to connect it (connect(2)); returns its descriptor, or
    /// the negative of an <see cref="Errno"/>. It becomes writable when it is connected or could not be:
    /// <see cref="TakeError"/> tells.
    /// </summary>
    /// <param name="address">A struct sockaddr of any family.</param>
    public static int BeginConnect(ReadOnlySpan<byte> address)
    {
        int domain = MemoryMarshal.Read<ushort>(address);
        int socket = Errno.Result(
            NativeMethods.Socket(domain, (int)SocketKind.Stream | NonBlockingAndCloseOnExec, 0));
        if (socket < 0)
        {
            return socket;
        }

        if (domain != UnixDomain)
        {
            // Requests are small, and each is waited for.
            int isSet = 1;
            _ = NativeMethods.SetOption(socket, TcpLevel, NoDelay, &isSet, sizeof(int));
        }

        fixed (byte* bytes = address)
        {
            int result = Errno.Result(NativeMethods.Connect(socket, bytes, (uint)address.Length));
            if (result < 0 && result != -Errno.InProgress)
            {
                FileDescriptor.Close(socket);
                return result;
            }
        }

        return socket;
    }

    /// <summary>Returns 0, or the negative of the error that the socket has met, once (socket(7), SO_ERROR).</summary>
    public static int TakeError(int socket)
    {
        int error = 0;
        uint length = sizeof(int);
        int result = Errno.Result(NativeMethods.GetOption(socket, SocketLevel, PendingError, &error, &length));
        return result < 0 ? result : -error;
    }
}
