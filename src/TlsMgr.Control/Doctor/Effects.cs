using System;

namespace TlsMgr.Control.Doctor;

/// <summary>What does not work; a fault that causes it explains a finding that only observes it.</summary>
[Flags]
internal enum Effects
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Postfix does not run.</summary>
    Stopped = 1,

    /// <summary>The daemon does not reply.</summary>
    Silent = 2,

    /// <summary>The cache of smtpd(8) is not on.</summary>
    Smtpd = 4,

    /// <summary>The cache of smtp(8) is not on.</summary>
    Smtp = 8,

    /// <summary>The cache of lmtp(8) is not on.</summary>
    Lmtp = 16,

    /// <summary>The control socket cannot be used.</summary>
    Control = 32,

    /// <summary>The exchange file cannot be used.</summary>
    Exchange = 64,

    /// <summary>The running program is not the configured one.</summary>
    Program = 128,

    /// <summary>The directory of a file cannot be used by mail_owner.</summary>
    Directory = 256,

    /// <summary>Files in data_directory belong to another user.</summary>
    Owners = 512,

    /// <summary>The ticket keys are not those of the pool.</summary>
    Pool = 1024,

    /// <summary>Sessions are not shared with other hosts.</summary>
    Sharing = 2048,

    /// <summary>All caches.</summary>
    Caches = Smtpd | Smtp | Lmtp,

    /// <summary>Everything that needs data_directory, master(8) included.</summary>
    Data = Stopped | Silent | Caches | Control | Exchange | Directory,
}
