// Descriptors 0 to 2 as the program was given them. A file or socket of ours must never become one of them: what is
// meant for a person would go there.

using System;
using System.Text;
using System.Threading;
using TlsMgr.Native.Libc;

namespace TlsMgr.Control.Output;

/// <summary>Writes to standard output and standard error, and keeps closed ones from being something else.</summary>
internal static class StandardDescriptors
{
    /// <summary>Standard output.</summary>
    internal const int Output = 1;

    private const int Error = 2;
    private const string Nothing = "/dev/null";
    private const int RetryMilliseconds = 10;

    /// <summary>
    /// Opens those that are closed, to be called before anything else is opened. They can only be read, so that writing
    /// fails as it does with a closed one.
    /// </summary>
    internal static void OpenClosed()
    {
        int descriptor;
        do
        {
            descriptor = FileDescriptor.Open(Nothing, OpenFlags.ReadOnly);
        }
        while (descriptor is >= 0 and <= Error);

        if (descriptor >= 0)
        {
            FileDescriptor.Close(descriptor);
        }
    }

    /// <summary>Writes a text as UTF-8, all of it.</summary>
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

    /// <summary>Writes a line to standard error. When that cannot be, there is nobody to tell it to.</summary>
    internal static void Complain(string text) => Write(Error, $"{text}\n");
}
