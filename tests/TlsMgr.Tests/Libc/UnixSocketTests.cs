using System;
using System.IO;
using Shouldly;
using TlsMgr.Native.Libc;
using Xunit;

namespace TlsMgr.Tests.Libc;

/// <summary>Paths of sockets, which have little space for them (unix(7)).</summary>
public sealed class UnixSocketTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("tlsmgr-socket-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [InlineData(UnixSocket.MaxPathBytes, "")]
    [InlineData(UnixSocket.MaxPathBytes + 1, "x")]
    [InlineData(UnixSocket.MaxPathBytes + 1, "é")]
    [InlineData(10 * UnixSocket.MaxPathBytes, "")]
    public void A_path_is_taken_up_to_the_longest_that_ends_with_a_zero(int lengthBytes, string end)
    {
        bool isTaken = lengthBytes == UnixSocket.MaxPathBytes;
        int endBytes = System.Text.Encoding.UTF8.GetByteCount(end);
        string path = $"{_directory.FullName}/".PadRight(lengthBytes - endBytes, 'x') + end;

        int listener = UnixSocket.CreateListening(path, backlog: 1);
        int client = UnixSocket.CreateConnected(SocketKind.Stream, path);

        (listener >= 0).ShouldBe(isTaken);
        (client >= 0).ShouldBe(isTaken);
        File.Exists(path).ShouldBe(isTaken);
        if (isTaken)
        {
            FileDescriptor.Close(client);
            FileDescriptor.Close(listener);
        }
        else
        {
            (listener, client).ShouldBe((-Errno.InvalidArgument, -Errno.InvalidArgument));
            Directory.GetFileSystemEntries(_directory.FullName).ShouldBeEmpty();
        }
    }
}
