using System;
using System.IO;
using System.Text;

namespace TlsMgr.Control.Output;

/// <summary>
/// Standard output as UTF-8 by write(2), unbuffered, for stats --watch. The standard output of .NET ignores that the
/// reader of a pipe is gone.
/// </summary>
internal sealed class StandardOutput : TextWriter
{
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
    /// <exception cref="UnwritableException">The text cannot be written.</exception>
    public override void Write(ReadOnlySpan<char> buffer)
    {
        int result = StandardDescriptors.Write(StandardDescriptors.Output, buffer);
        if (result < 0)
        {
            throw new UnwritableException(-result);
        }
    }
}
