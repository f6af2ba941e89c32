// Entropy from a device (dev:PATH), which stays open, or from a regular file, which is read once. Both are opened at
// the start only.

namespace TlsMgr.Random;

/// <summary>An entropy file: a single round, which may return fewer bytes than requested.</summary>
internal sealed class EntropyFile(string path, int roundBytes) : EntropyDevice(path, roundBytes)
{
    private bool _wasRead;

    internal override bool IsExhausted => _wasRead;

    internal override string OpenedText => $"tls_prng_file_open: opened entropy file {Path}";

    internal override string ReadText => $"tls_prng_file_read: read {CollectedBytes} bytes from entropy file {Path}";

    internal override string CannotOpenText(string reason) =>
        $"tls_prng_file_open: cannot open entropy file {Path}: {reason}";

    internal override EntropyProgress Continue()
    {
        EntropyProgress progress = base.Continue();
        if (progress == EntropyProgress.Complete)
        {
            _wasRead = true;
            Close();
        }

        return progress;
    }

    internal override EntropyProgress Fail(string reason)
    {
        _wasRead = true;
        Close();
        return base.Fail(reason);
    }

    protected override string CannotReadText(string reason) => $"cannot read from entropy file {Path}: {reason}";
}
