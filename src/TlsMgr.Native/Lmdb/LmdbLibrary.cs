// LMDB itself. The package LightningDB declares its functions; which library has them is decided here. The published
// executables have Debian's liblmdb.a inside. What runs from assemblies (tests, tools) loads Debian's shared library of
// the same version. The library in the package is LMDB 1.0, whose file format is another: it is never loaded.

using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static LightningDB.Native.Lmdb;

namespace TlsMgr.Native.Lmdb;

/// <summary>The LMDB that this process runs on.</summary>
public static class LmdbLibrary
{
    private const string DebianFile = "liblmdb.so.0";

    /// <summary>Its version: <c>0.9.24</c>.</summary>
    public static string Version
    {
        get
        {
            mdb_version(out int major, out int minor, out int patch);
            return $"{major}.{minor}.{patch}";
        }
    }

    /// <summary>
    /// Maps the package's library name to Debian's file. A native executable calls the linked functions directly, and
    /// the compiler removes the body.
    /// </summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "Every call of LMDB starts in this assembly.")]
    internal static void ResolveToDebianFile()
    {
        if (RuntimeFeature.IsDynamicCodeSupported)
        {
            // By the bare file name: the loader searches the system's directories and none of the program's.
            NativeLibrary.SetDllImportResolver(
                typeof(LightningDB.Native.Lmdb).Assembly, static (_, _, _) => NativeLibrary.Load(DebianFile));
        }
    }
}
