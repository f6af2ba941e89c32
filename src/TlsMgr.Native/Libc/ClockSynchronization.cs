namespace TlsMgr.Native.Libc;

/// <summary>Whether a time service sets the clock of this machine, as the kernel has it (adjtimex(2)).</summary>
public static unsafe class ClockSynchronization
{
    private const int Unsynchronized = 5; // TIME_ERROR

    /// <summary>Reads the state of the clock, and changes nothing; null when the kernel does not tell.</summary>
    public static bool? IsSynchronized()
    {
        ClockAdjustment adjustment = default;
        int state = Errno.Result(NativeMethods.AdjustClock(&adjustment));
        return state < 0 ? null : state != Unsynchronized;
    }
}
