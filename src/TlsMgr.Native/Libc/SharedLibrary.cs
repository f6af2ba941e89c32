// Shared libraries (dlopen(3)), loaded before the jail hides them.

using System.Runtime.InteropServices;

namespace TlsMgr.Native.Libc;

/// <summary>Loads shared libraries for the life of the process.</summary>
public static unsafe class SharedLibrary
{
    private const int Now = 2; // RTLD_NOW

    /// <summary>Loads a library. Returns null, or the error text of the loader.</summary>
    /// <param name="name">A file name, which the loader searches for, or a path.</param>
    public static string? Load(string name)
    {
        fixed (byte* bytes = NativePath.Encode(name))
        {
            return NativeMethods.LoadLibrary(bytes, Now) != 0
                ? null
                : Marshal.PtrToStringUTF8((nint)NativeMethods.GetLoaderError()) ?? $"{name}: cannot be loaded";
        }
    }
}
