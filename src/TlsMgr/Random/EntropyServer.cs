// Entropy from an EGD server (egd:PATH): send byte 1 and a count of 1..255; receive a count byte and that many bytes.
// Invariant: a connection is closed after a fault. A late reply would be read as the count of the next one.

using System;
using TlsMgr.Native.Libc;

namespace TlsMgr.Random;

/// <summary>A connection to an EGD server.</summary>
internal sealed class EntropyServer(string path, int roundBytes) : EntropyChannel(path, roundBytes)
{
    private const byte ReadCommand = 1;
    private const int RequestBytes = 2;
    private const int Unknown = -1;

    private int _sentBytes;
    private int _announcedBytes;

    internal override bool CanReopen => true;

    internal override string OpenedText => $"tls_prng_egd_open: connected to EGD server {Path}";

    internal override string ReadText => $"tls_prng_egd_read: got {CollectedBytes} bytes from EGD server {Path}";

    internal override string CannotOpenText(string reason) => $"cannot connect to EGD server {Path}: {reason}";

    internal override void Begin()
    {
        base.Begin();
        _sentBytes = 0;
        _announcedBytes = Unknown;
    }

    internal override EntropyProgress Continue()
    {
        ReadOnlySpan<byte> request = [ReadCommand, (byte)RoundBytes];
        while (_sentBytes < RequestBytes)
        {
            int count = UnixSocket.Send(Descriptor, request[_sentBytes..]);
            if (count <= 0)
            {
                return Pause(count);
            }

            _sentBytes += count;
        }

        if (_announcedBytes == Unknown)
        {
            Span<byte> announced = stackalloc byte[1];
            int count = UnixSocket.Receive(Descriptor, announced);
            if (count <= 0)
            {
                return Pause(count);
            }

            _announcedBytes = announced[0];
            if (_announcedBytes == 0)
            {
                return Fail("it reports zero bytes available");
            }
        }

        while (CollectedBytes < _announcedBytes)
        {
            int count = UnixSocket.Receive(Descriptor, Free[..(_announcedBytes - CollectedBytes)]);
            if (count <= 0)
            {
                return Pause(count);
            }

            CollectedBytes += count;
        }

        return EntropyProgress.Complete;
    }

    internal override EntropyProgress Fail(string reason)
    {
        Close();
        return base.Fail(reason);
    }

    protected override string CannotReadText(string reason) => $"lost connection to EGD server {Path}: {reason}";

    protected override int Connect(string resolvedPath) =>
        UnixSocket.CreateConnected(SocketKind.Stream, resolvedPath);

    private EntropyProgress Pause(int result)
    {
        if (IsTemporary(result))
        {
            return EntropyProgress.Waiting;
        }

        return Fail(result == 0 ? "unexpected end of input" : Errno.Describe(result));
    }
}
