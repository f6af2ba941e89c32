// Whether the external source of randomness can be opened. Must never read from it: what is read is gone.

using System;
using System.Collections.Generic;
using TlsMgr.Native.Libc;

namespace TlsMgr.Control.Doctor;

/// <summary>tls_random_source.</summary>
internal static class EntropySourceCheck
{
    private const string Name = "tls_random_source";
    private const string Usual = "dev:/dev/urandom";
    private const string ServerPrefix = "egd:";
    private const string DevicePrefix = "dev:";

    internal static IEnumerable<Finding> Examine(ExaminedInstallation examined)
    {
        string source = examined.Installation.Parameters.RandomSource;
        if (source.Length == 0)
        {
            yield return new(
                Name, Verdict.Note, "it is empty: seeds rest on the kernel alone, and each start warns",
                examined.Set(Name, Usual));
            yield break;
        }

        int answer = source.StartsWith(ServerPrefix, StringComparison.Ordinal)
            ? TryServer(source[ServerPrefix.Length..])
            : TryFile(source.StartsWith(DevicePrefix, StringComparison.Ordinal)
                ? source[DevicePrefix.Length..]
                : source);
        yield return answer >= 0
            ? new(Name, Verdict.Ok, $"{source} can be opened")
            : DoctorPrivileges.FindLimit(Name, source, answer)
                ?? new(Name, Verdict.Fault, $"{source}: {Errno.Describe(answer)}", examined.Set(Name, Usual));
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
