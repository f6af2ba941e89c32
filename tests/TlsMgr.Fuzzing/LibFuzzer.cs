using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TlsMgr.Fuzzing.Targets;

namespace TlsMgr.Fuzzing;

/// <summary>The functions that host.c, the program with libFuzzer, calls.</summary>
internal static unsafe class LibFuzzer
{
    private static FuzzTarget _target = null!;

    /// <summary>Opens a target; returns the edge counters, or null after a fault.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static byte* Open(byte* target)
    {
        try
        {
            _target = FuzzTarget.Open(Marshal.PtrToStringUTF8((nint)target)!);
            return Coverage.Counters;
        }
        catch (Exception error)
        {
            Console.Error.WriteLine(error);
            return null;
        }
    }

    /// <summary>Runs one input; returns 0, or 1 when the program is at fault.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static int Run(byte* input, nuint length)
    {
        try
        {
            _target.Run(new ReadOnlySpan<byte>(input, (int)length));
            return 0;
        }
        catch (Exception error)
        {
            Console.Error.WriteLine(error);
            return 1;
        }
    }
}
