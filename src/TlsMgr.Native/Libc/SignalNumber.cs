namespace TlsMgr.Native.Libc;

/// <summary>The Linux signal numbers that matter to a daemon under master(8).</summary>
public static class SignalNumber
{
    /// <summary>SIGHUP.</summary>
    public const int HangUp = 1;

    /// <summary>SIGINT.</summary>
    public const int Interrupt = 2;

    /// <summary>SIGABRT.</summary>
    public const int Abort = 6;

    /// <summary>SIGPIPE.</summary>
    public const int BrokenPipe = 13;

    /// <summary>SIGTERM.</summary>
    public const int Terminate = 15;

    /// <summary>SIGXFSZ: a file exceeded the process's limit of file sizes.</summary>
    public const int FileSizeLimit = 25;
}
