using TlsMgr.Native.Libc;

namespace TlsMgr.Random;

/// <summary>An entropy device: each round reads further bytes.</summary>
internal class EntropyDevice(string path, int roundBytes) : EntropyChannel(path, roundBytes)
{
    internal override string OpenedText => $"tls_prng_dev_open: opened entropy device {Path}";

    internal override string ReadText => $"tls_prng_dev_read: read {CollectedBytes} bytes from entropy device {Path}";

    internal override string CannotOpenText(string reason) => $"cannot open entropy device {Path}: {reason}";

    internal override EntropyProgress Continue()
    {
        while (CollectedBytes < RoundBytes)
        {
            int count = FileDescriptor.Read(Descriptor, Free[..(RoundBytes - CollectedBytes)]);
            if (count > 0)
            {
                CollectedBytes += count;
            }
            else if (IsTemporary(count))
            {
                return EntropyProgress.Waiting;
            }
            else
            {
                return count == 0 ? AtEnd() : Fail(Errno.Describe(count));
            }
        }

        return EntropyProgress.Complete;
    }

    /// <summary>End of file completes a round that has collected bytes, and fails an empty one.</summary>
    private EntropyProgress AtEnd() => CollectedBytes > 0 ? EntropyProgress.Complete : Fail("unexpected end of file");

    protected override string CannotReadText(string reason) => $"cannot read from entropy device {Path}: {reason}";

    protected override int Connect(string resolvedPath) =>
        FileDescriptor.Open(resolvedPath, OpenFlags.ReadOnly | OpenFlags.NonBlocking | OpenFlags.CloseOnExec);
}
