using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;
using TlsMgr.Native.Libc;

namespace TlsMgr.Differential.Drivers;

/// <summary>A pseudo-terminal for a program that runs without master(8).</summary>
internal sealed unsafe partial class Terminal : IDisposable
{
    private const int ReadWriteNoControl = 0x2 | 0x100;
    private const int NameBytes = 128;

    internal Terminal()
    {
        Master = OpenMaster(ReadWriteNoControl);
        byte* name = stackalloc byte[NameBytes];
        if (Master < 0 || Grant(Master) != 0 || Unlock(Master) != 0 || Name(Master, name, NameBytes) != 0)
        {
            throw new IOException("the system provides no pseudo-terminal");
        }

        Slave = Open(name, ReadWriteNoControl);
    }

    /// <summary>Our side, where the program's output is read.</summary>
    internal int Master { get; }

    /// <summary>The program's side.</summary>
    internal int Slave { get; private set; }

    /// <summary>Closes our copy of the program's side, so that reading our side ends when the program exits.</summary>
    internal void CloseSlave()
    {
        FileDescriptor.Close(Slave);
        Slave = -1;
    }

    /// <summary>The program's output until it exits.</summary>
    internal string ReadToEnd()
    {
        StringBuilder text = new();
        Span<byte> buffer = stackalloc byte[1024];
        fixed (byte* bytes = buffer)
        {
            nint count;
            while ((count = Read(Master, bytes, (nuint)buffer.Length)) > 0)
            {
                text.Append(Encoding.Latin1.GetString(buffer[..(int)count]));
            }
        }

        return text.ToString();
    }

    public void Dispose()
    {
        FileDescriptor.Close(Master);
        if (Slave >= 0)
        {
            FileDescriptor.Close(Slave);
        }
    }

    [LibraryImport("libc", EntryPoint = "posix_openpt")]
    private static partial int OpenMaster(int flags);

    [LibraryImport("libc", EntryPoint = "grantpt")]
    private static partial int Grant(int descriptor);

    [LibraryImport("libc", EntryPoint = "unlockpt")]
    private static partial int Unlock(int descriptor);

    [LibraryImport("libc", EntryPoint = "ptsname_r")]
    private static partial int Name(int descriptor, byte* name, nuint length);

    [LibraryImport("libc", EntryPoint = "open")]
    private static partial int Open(byte* path, int flags);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(int descriptor, byte* bytes, nuint count);
}
