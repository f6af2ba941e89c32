using System;
using System.Globalization;
using System.IO;
using System.Security.Cryptography;
using System.Text;

namespace TlsMgr.Benchmarks.Report;

/// <summary>What identifies a native executable of a run.</summary>
internal static class Binary
{
    /// <summary>The NativeAOT compiler's entry in the ELF section .comment, before its version.</summary>
    private static ReadOnlySpan<byte> CompilerEntry => ".NET: ilc "u8;

    /// <summary>One line: the compiler, the size, the time and the checksum of an executable.</summary>
    internal static string Describe(string name, string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        return $"{name}: {Compiler(bytes)}, {bytes.Length.ToString(CultureInfo.InvariantCulture)} bytes, built "
            + $"{File.GetLastWriteTimeUtc(path):yyyy-MM-dd HH:mm} UTC, "
            + $"SHA-256 {Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]}…";
    }

    /// <summary>
    /// The compiler that made an executable, without its commit. strip(1) can remove the entry, so that an executable
    /// without one is measured like any other.
    /// </summary>
    internal static string Compiler(ReadOnlySpan<byte> executable)
    {
        int entry = executable.IndexOf(CompilerEntry);
        if (entry < 0)
        {
            return "compiler not recorded";
        }

        ReadOnlySpan<byte> version = executable[(entry + CompilerEntry.Length)..];
        int end = version.IndexOfAny("+\0"u8);
        return "NativeAOT " + Encoding.ASCII.GetString(end < 0 ? version : version[..end]);
    }
}
