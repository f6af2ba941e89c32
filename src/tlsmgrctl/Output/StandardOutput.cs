// Standard output by write(2). That of .NET goes on in silence when nobody reads a pipe any more. Must never keep
// anything back: who watches wants to see it.

using System;
using System.IO;
using System.Text;
using System.Threading;
using TlsMgr.Native.Libc;

namespace TlsMgr.Control.Output;

/// <summary>Writes text as UTF-8.</summary>
internal sealed class StandardOutput : TextWriter
{
    private const int Descriptor = 1;
    private const int RetryMilliseconds = 10;

    /// <inheritdoc/>
    public override Encoding Encoding => Encoding.UTF8;

    /// <inheritdoc/>
    public override void Write(char value) => Write(new ReadOnlySpan<char>(in value));

    /// <inheritdoc/>
    public override void Write(string? value) => Write(value.AsSpan());

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Write($"{value}\n");

    /// <inheritdoc/>
    /// <exception cref="UnwritableException">It cannot be written.</exception>
    public override void Write(ReadOnlySpan<char> buffer)
    {
        byte[] bytes = Encoding.GetBytes(buffer.ToArray());
        for (int written = 0; written < bytes.Length;)
        {
            int count = FileDescriptor.Write(Descriptor, bytes.AsSpan(written));
            if (count == -Errno.TryAgain)
            {
                Thread.Sleep(RetryMilliseconds);
            }
            else if (count < 0 && count != -Errno.Interrupted)
            {
                throw new UnwritableException(-count);
            }

            written += int.Max(count, 0);
        }
    }
}
