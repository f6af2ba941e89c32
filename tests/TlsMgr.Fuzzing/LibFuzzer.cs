using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TlsMgr.Fuzzing.Targets;

namespace TlsMgr.Fuzzing;

/// <summary>What host.c calls: libFuzzer lives there.</summary>
internal static unsafe class LibFuzzer
{
    private static FuzzTarget _target = null!;

    /// <summary>Opens a target; answers the counters of edges, or null.</summary>
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

    /// <summary>Takes one input; answers 0, or 1 when something is wrong with the program.</summary>
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
