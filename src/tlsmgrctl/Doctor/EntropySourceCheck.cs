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

    internal static IEnumerable<Finding> Examine(Patient patient)
    {
        string source = patient.Installation.Parameters.RandomSource;
        if (source.Length == 0)
        {
            yield return new(
                Name, Verdict.Note, "it is empty: seeds rest on the kernel alone, and each start warns",
                patient.Set(Name, Usual));
            yield break;
        }

        string? fault = source.StartsWith(ServerPrefix, StringComparison.Ordinal)
            ? FaultOfServer(source[ServerPrefix.Length..])
            : FaultOfFile(source.StartsWith(DevicePrefix, StringComparison.Ordinal)
                ? source[DevicePrefix.Length..]
                : source);
        yield return fault is null
            ? new(Name, Verdict.Ok, $"{source} can be opened")
            : new(Name, Verdict.Fault, $"{source}: {fault}", patient.Set(Name, Usual));
    }

    private static string? FaultOfServer(string path)
    {
        int socket = UnixSocket.CreateConnected(SocketKind.Stream, path);
        if (socket < 0)
        {
            return Errno.Describe(socket);
        }

        FileDescriptor.Close(socket);
        return null;
    }

    private static string? FaultOfFile(string path)
    {
        int file = FileDescriptor.Open(path, OpenFlags.ReadOnly | OpenFlags.NonBlocking | OpenFlags.CloseOnExec);
        if (file < 0)
        {
            return Errno.Describe(file);
        }

        FileStatus.OfDescriptor(file, out FileStatus status);
        FileDescriptor.Close(file);
        return status.IsDirectory ? Errno.Describe(Errno.IsDirectory) : null;
    }
}
