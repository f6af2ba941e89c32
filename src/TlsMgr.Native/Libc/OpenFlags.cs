using System;

namespace TlsMgr.Native.Libc;

/// <summary>Flags of open(2), by their numbers on x86-64.</summary>
[Flags]
public enum OpenFlags
{
    /// <summary>O_RDONLY.</summary>
    ReadOnly = 0,

    /// <summary>O_RDWR.</summary>
    ReadWrite = 2,

    /// <summary>O_CREAT: create the file if it does not exist.</summary>
    Create = 0x40,

    /// <summary>O_EXCL, with <see cref="Create"/>: an error if the file exists.</summary>
    Exclusive = 0x80,

    /// <summary>O_NOCTTY: a terminal does not become that of the process.</summary>
    NoControllingTerminal = 0x100,

    /// <summary>O_NONBLOCK: calls on the descriptor do not wait.</summary>
    NonBlocking = 0x800,

    /// <summary>
    /// O_NOFOLLOW: a symbolic link as the last component of the path is an error. Another number on arm64:
    /// <see cref="MachineInterface.NoFollow"/>.
    /// </summary>
    NoFollow = 0x20000,

    /// <summary>O_PATH: names a file or directory, without access to its content.</summary>
    PathOnly = 0x200000,

    /// <summary>O_CLOEXEC: close the descriptor in programs that this process executes.</summary>
    CloseOnExec = 0x80000,
}
