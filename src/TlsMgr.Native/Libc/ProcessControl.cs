using System.Runtime.InteropServices;

namespace TlsMgr.Native.Libc;

/// <summary>System calls on this process: its parent, signals, privileges and exit.</summary>
public static unsafe class ProcessControl
{
    private const nint DefaultHandler = 0;
    private const nint IgnoreHandler = 1;
    private const int SetDumpable = 4;
    private const int SetNoNewPrivileges = 38;

    // HOST_NAME_MAX of Linux is 64.
    private const int HostNameBytes = 255;

    /// <summary>The process id of the parent; 1 after the parent exited.</summary>
    public static int ParentProcessId => NativeMethods.GetParentProcessId();

    /// <summary>The complete name of this host (gethostname(2)); .NET truncates it at the first dot.</summary>
    public static string HostName
    {
        get
        {
            byte* name = stackalloc byte[HostNameBytes + 1];
            NativeMethods.GetHostName(name, HostNameBytes);
            name[HostNameBytes] = 0;
            return Marshal.PtrToStringUTF8((nint)name) ?? "";
        }
    }

    /// <summary>Runs a shell command and waits for it (system(3)). Returns its status, or -1.</summary>
    public static int RunShell(string command)
    {
        fixed (byte* bytes = NativePath.Encode(command))
        {
            return NativeMethods.RunShell(bytes);
        }
    }

    /// <summary>Ignores a signal (SIG_IGN).</summary>
    public static void IgnoreSignal(int signal) => NativeMethods.SetSignalHandler(signal, IgnoreHandler);

    /// <summary>Restores the default action of a signal (SIG_DFL).</summary>
    public static void DefaultSignal(int signal) => NativeMethods.SetSignalHandler(signal, DefaultHandler);

    /// <summary>Sends a signal (kill(2)). Returns 0 or the negative of an <see cref="Errno"/>.</summary>
    public static int Kill(int process, int signal) => Errno.Result(NativeMethods.Kill(process, signal));

    /// <summary>
    /// Disables core dumps of this process, and access to its memory by other processes of the same user
    /// (PR_SET_DUMPABLE).
    /// </summary>
    public static void ForbidDumps() => NativeMethods.ProcessOption(SetDumpable, 0, 0, 0, 0);

    /// <summary>
    /// Programs that this thread, and threads that it creates from now on, execute cannot gain privileges
    /// (PR_SET_NO_NEW_PRIVS).
    /// </summary>
    public static void ForbidNewPrivileges() => NativeMethods.ProcessOption(SetNoNewPrivileges, 1, 0, 0, 0);

    /// <summary>
    /// Ends the process at once with a status of 0 to 255; no buffer is flushed and no handler runs (_exit(2)).
    /// </summary>
    public static void ExitImmediately(int status) => NativeMethods.ExitImmediately(status);
}
