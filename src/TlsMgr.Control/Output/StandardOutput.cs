// Standard output by write(2). That of .NET goes on in silence when nobody reads a pipe any more. Must never keep
// anything back: who watches wants to see it.

using System;
using System.IO;
using System.Text;

namespace TlsMgr.Control.Output;

/// <summary>Writes text as UTF-8.</summary>
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
    /// <exception cref="UnwritableException">It cannot be written.</exception>
    public override void Write(ReadOnlySpan<char> buffer)
    {
        int answer = StandardDescriptors.Write(StandardDescriptors.Output, buffer);
        if (answer < 0)
        {
            throw new UnwritableException(-answer);
        }
    }
}
