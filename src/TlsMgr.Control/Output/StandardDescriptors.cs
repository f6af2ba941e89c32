using System;
using System.Text;
using System.Threading;
using TlsMgr.Native.Libc;

namespace TlsMgr.Control.Output;

/// <summary>
/// Descriptors 0 to 2 as the program inherited them. Invariant: no file or socket of the program gets one of these
/// numbers, because text for a person would be written to it.
/// </summary>
internal static class StandardDescriptors
{
    /// <summary>Standard output.</summary>
    internal const int Output = 1;

    private const int Error = 2;
    private const string NullDevice = "/dev/null";
    private const int RetryMilliseconds = 10;

    /// <summary>
    /// Opens those that are closed; called before any other descriptor is opened. They are opened for reading, so that
    /// writing fails as with a closed descriptor.
    /// </summary>
    internal static void OpenClosed()
    {
        int descriptor;
        do
        {
            descriptor = FileDescriptor.Open(NullDevice, OpenFlags.ReadOnly);
        }
        while (descriptor is >= 0 and <= Error);

        if (descriptor >= 0)
        {
            FileDescriptor.Close(descriptor);
        }
    }

    /// <summary>Writes a complete text as UTF-8.</summary>
    /// <returns>0, or the negative of an <see cref="Errno"/>.</returns>
    internal static int Write(int descriptor, ReadOnlySpan<char> text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text.ToArray());
        for (int written = 0; written < bytes.Length;)
        {
            int count = FileDescriptor.Write(descriptor, bytes.AsSpan(written));
            if (count == -Errno.TryAgain)
            {
                Thread.Sleep(RetryMilliseconds);
            }
            else if (count < 0 && count != -Errno.Interrupted)
            {
                return count;
            }

            written += int.Max(count, 0);
        }

        return 0;
    }

    /// <summary>Writes a line to standard error. A failure is ignored: there is no other place to report it.</summary>
    internal static void WriteError(string text) => Write(Error, $"{text}\n");
}
