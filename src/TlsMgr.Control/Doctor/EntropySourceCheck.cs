using System;
using System.Collections.Generic;
using TlsMgr.Native.Libc;

namespace TlsMgr.Control.Doctor;

/// <summary>
/// tls_random_source: whether it can be opened. It is not read, because that would consume its bytes.
/// </summary>
internal static class EntropySourceCheck
{
    private const string Name = "tls_random_source";
    private const string Default = "dev:/dev/urandom";
    private const string ServerPrefix = "egd:";
    private const string DevicePrefix = "dev:";

    internal static IEnumerable<Finding> Examine(ExaminedInstallation examined)
    {
        string source = examined.Installation.Parameters.RandomSource;
        if (source.Length == 0)
        {
            yield return new(
                Name, Verdict.Note, "it is empty: seeds depend on the kernel alone, and each start logs a warning",
                examined.Remedies.Set(Name, Default));
            yield break;
        }

        int result = source.StartsWith(ServerPrefix, StringComparison.Ordinal)
            ? TryServer(source[ServerPrefix.Length..])
            : TryFile(source.StartsWith(DevicePrefix, StringComparison.Ordinal)
                ? source[DevicePrefix.Length..]
                : source);
        yield return result >= 0
            ? new(Name, Verdict.Ok, $"{source} can be opened")
            : DoctorPrivileges.FindLimit(Name, source, result)
                ?? new(
                    Name, Verdict.Fault, $"{source}: {Errno.Describe(result)}", examined.Remedies.Set(Name, Default));
    }

    private static int TryServer(string path)
    {
        int socket = UnixSocket.CreateConnected(SocketKind.Stream, path);
        if (socket >= 0)
        {
            FileDescriptor.Close(socket);
        }

        return socket;
    }

    private static int TryFile(string path)
    {
        int file = FileDescriptor.Open(path, OpenFlags.ReadOnly | OpenFlags.NonBlocking | OpenFlags.CloseOnExec);
        if (file < 0)
        {
            return file;
        }

        FileStatus.OfDescriptor(file, out FileStatus status);
        FileDescriptor.Close(file);
        return status.IsDirectory ? -Errno.IsDirectory : file;
    }
}
