using System;
using System.Collections.Generic;

namespace TlsMgr.Control.Doctor;

/// <summary>The severity of a finding.</summary>
internal enum Verdict
{
    /// <summary>No fault.</summary>
    Ok,

    /// <summary>It works, and the administrator should know.</summary>
    Note,

    /// <summary>It does not work, or will stop working.</summary>
    Fault,
}

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

/// <summary>How a finding is mended.</summary>
/// <param name="Command">A line for a shell of root; empty when no command does it.</param>
/// <param name="Advice">What no command can do, or what else is possible; empty for nothing.</param>
internal readonly record struct Remedy(string Command, string Advice = "")
{
    /// <summary>A remedy that only a person can carry out.</summary>
    internal static Remedy Advise(string advice) => new("", advice);

    /// <summary>The remedy with more advice.</summary>
    internal Remedy With(string advice) => this with
    {
        Advice = string.IsNullOrEmpty(Advice) ? advice : $"{Advice}; {advice}",
    };
}

/// <summary>The result of a check, for people.</summary>
/// <param name="Check">The name of the check.</param>
/// <param name="Verdict">Its severity.</param>
/// <param name="Text">The state, or the fault.</param>
/// <param name="Remedy">The remedy; without texts for none.</param>
internal sealed record Finding(string Check, Verdict Verdict, string Text, Remedy Remedy = default)
{
    /// <summary>What this fault makes fail.</summary>
    internal Effects Causes { get; init; }

    /// <summary>What this finding observes: it is no fault of its own where another one causes that.</summary>
    internal Effects Observes { get; init; }

    /// <summary>The texts of findings that this fault explains.</summary>
    internal IReadOnlyList<string> Consequences { get; init; } = [];
}
