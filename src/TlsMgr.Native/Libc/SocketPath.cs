using System;
using System.Text;

namespace TlsMgr.Native.Libc;

/// <summary>
/// Sockets at paths of any length. A path above <see cref="UnixSocket.MaxPathBytes"/> is reached from its directory,
/// which is the working directory meanwhile; so no other thread may use relative paths.
/// </summary>
public static class SocketPath
{
    private const string Here = ".";

    /// <summary>The same as <see cref="UnixSocket.CreateListening"/>.</summary>
    public static int CreateListening(string path, int backlog) =>
        IsShort(path)
            ? UnixSocket.CreateListening(path, backlog)
            : InDirectory(path, name => UnixSocket.CreateListening(name, backlog));

    /// <summary>The same as <see cref="UnixSocket.CreateConnected"/>.</summary>
    public static int CreateConnected(SocketKind kind, string path) =>
        IsShort(path)
            ? UnixSocket.CreateConnected(kind, path)
            : InDirectory(path, name => UnixSocket.CreateConnected(kind, name));

    private static bool IsShort(string path) => Encoding.UTF8.GetByteCount(path) <= UnixSocket.MaxPathBytes;

    private static int InDirectory(string path, Func<string, int> open)
    {
        int slash = path.LastIndexOf('/');
        if (slash <= 0)
        {
            return -Errno.InvalidArgument;
        }

        int before = FileDescriptor.Open(Here, OpenFlags.PathOnly | OpenFlags.CloseOnExec);
        if (before < 0)
        {
            return before;
        }

        int result = UserIdentity.ChangeDirectory(path[..slash]);
        if (result >= 0)
        {
            result = open(path[(slash + 1)..]);
            UserIdentity.ChangeDirectory(before);
        }

        FileDescriptor.Close(before);
        return result;
    }
}
