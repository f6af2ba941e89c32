// The listen socket for administrators, which the daemon creates itself in data_directory. Only root and the owner may
// connect. After a fault the daemon logs a warning and serves without a control socket.
//
// The socket is created with another name and then renamed, so that a new daemon atomically replaces the socket of one
// that is still running or that left its socket behind. It is not removed at the end: that is impossible in the jail.

using System.Text;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Postfix.Server;

/// <summary>The listen socket for administrators.</summary>
public sealed class ControlSocket
{
    private const string NewSuffix = ".new";
    private const uint OwnerReadsAndWrites = 0x7f; // umask 0177
    private const uint Root = 0;

    private readonly uint _ownerId;

    private ControlSocket(int descriptor, uint ownerId)
    {
        Descriptor = descriptor;
        _ownerId = ownerId;
    }

    /// <summary>The descriptor of the listen socket.</summary>
    public int Descriptor { get; }

    /// <summary>Creates the socket. To be called with the effective ids of its owner, outside the jail.</summary>
    /// <param name="directory">data_directory.</param>
    /// <param name="name">The name in data_directory; empty for no control socket.</param>
    /// <param name="owner">The user that may connect, besides root: mail_owner.</param>
    /// <param name="log">Receives a warning when the socket cannot be created.</param>
    /// <returns>The socket; null without a name and after a fault.</returns>
    public static ControlSocket? Open(string directory, string name, UserAccount owner, Log log)
    {
        if (name.Length == 0)
        {
            return null;
        }

        string path = $"{directory}/{name}";
        int descriptor = Listen(path, name, out string fault);
        if (descriptor < 0)
        {
            log.Warning($"control socket {path}: {fault} -- continuing without control socket");
            return null;
        }

        return new ControlSocket(descriptor, owner.UserId);
    }

    /// <summary>Whether an accepted client is root or the owner.</summary>
    internal bool Admits(int client, out bool isRoot)
    {
        bool isKnown = UnixSocket.GetPeerUserId(client, out uint userId) >= 0;
        isRoot = isKnown && userId == Root;
        return isRoot || (isKnown && userId == _ownerId);
    }

    private static int Listen(string path, string name, out string fault)
    {
        string newPath = path + NewSuffix;
        fault = name.Contains('/') ? "not a name in data_directory"
            : Encoding.UTF8.GetByteCount(name + NewSuffix) > UnixSocket.MaxPathBytes ? "name too long"
            : IsOtherFile(path) ? "there is a file of this name"
            : IsOtherFile(newPath) ? $"there is a file {name}{NewSuffix}"
            : "";
        if (fault.Length > 0)
        {
            return -Errno.InvalidArgument;
        }

        FileDescriptor.Unlink(newPath);
        uint mask = UserIdentity.SetFileCreationMask(OwnerReadsAndWrites);
        int descriptor = SocketPath.CreateListening(newPath, ServerLimits.ControlConnections);
        UserIdentity.SetFileCreationMask(mask);
        int result = descriptor < 0 ? descriptor : FileDescriptor.Rename(newPath, path);
        if (result >= 0)
        {
            return descriptor;
        }

        fault = Errno.Describe(result);
        if (descriptor >= 0)
        {
            FileDescriptor.Close(descriptor);
        }

        return result;
    }

    /// <summary>Whether the path names anything but a socket: only a socket is replaced.</summary>
    private static bool IsOtherFile(string path) =>
        FileStatus.OfPath(path, out FileStatus status, followLinks: false) == 0 && !status.IsSocket;
}
