// The daemon's second listen socket, which it makes itself: for its administrator, in data_directory. Nobody but root
// and the owner may connect. Whatever is wrong with it costs the control socket, with a warning, and not the service.
//
// It is made under another name and then renamed, so that a new daemon takes the name over in one step from one that is
// still at work or that left its socket behind. Nobody removes it at the end: inside the jail nobody could.

using System.Text;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Postfix.Server;

/// <summary>A control socket that listens.</summary>
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

    /// <summary>The descriptor that clients are accepted from.</summary>
    public int Descriptor { get; }

    /// <summary>Makes it, as the user who is to own it and outside the jail.</summary>
    /// <param name="directory">data_directory.</param>
    /// <param name="name">The name in it; empty for no control socket.</param>
    /// <param name="owner">Who may connect, besides root: mail_owner.</param>
    /// <param name="log">Takes a warning when there can be none.</param>
    /// <returns>The socket, or null when there is none.</returns>
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

    /// <summary>Whether a client that was accepted is root or the owner.</summary>
    internal bool Admits(int client) =>
        UnixSocket.GetPeerUserId(client, out uint userId) >= 0 && (userId == Root || userId == _ownerId);

    private static int Listen(string path, string name, out string fault)
    {
        string newPath = path + NewSuffix;
        fault = name.Contains('/') ? "not a name in data_directory"
            : Encoding.UTF8.GetByteCount(newPath) > UnixSocket.LongestPathBytes ? "path too long"
            : FileStatus.OfPath(path, out FileStatus status, followLinks: false) == 0 && !status.IsSocket
                ? "there is a file of this name"
            : "";
        if (fault.Length > 0)
        {
            return -Errno.InvalidArgument;
        }

        FileDescriptor.Unlink(newPath);
        uint mask = UserIdentity.SetFileCreationMask(OwnerReadsAndWrites);
        int descriptor = UnixSocket.CreateListening(newPath, ServerLimits.ControlConnections);
        UserIdentity.SetFileCreationMask(mask);
        int answer = descriptor < 0 ? descriptor : FileDescriptor.Rename(newPath, path);
        if (answer >= 0)
        {
            return descriptor;
        }

        fault = Errno.Describe(answer);
        if (descriptor >= 0)
        {
            FileDescriptor.Close(descriptor);
        }

        return answer;
    }
}
