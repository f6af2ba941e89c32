using System;

namespace TlsMgr.Rig.Sharing.Faults;

/// <summary>One fault of what hosts share sessions through.</summary>
/// <param name="Name">What fails.</param>
/// <param name="Begin">Makes it fail, under load.</param>
/// <param name="End">Makes it work again, under load.</param>
internal sealed record FaultRow(string Name, Action Begin, Action End)
{
    /// <summary>What is done before the load starts: a reload would be in its figures.</summary>
    internal Action Prepare { get; init; } = static () => { };

    /// <summary>Undoes that, when the load has stopped.</summary>
    internal Action Restore { get; init; } = static () => { };

    /// <summary>Whether sessions are found while it lasts.</summary>
    internal bool IsHarmless { get; init; }

    /// <summary>Whether the log says nothing of it.</summary>
    internal bool IsSilent { get; init; }

    /// <summary>Whether the counter of refused entries grows while it lasts, and no session is found.</summary>
    internal bool IsRefused { get; init; }

    /// <summary>Whether no session is found before it begins: <see cref="Prepare"/> reloads with the fault.</summary>
    internal bool IsCold { get; init; }

    /// <summary>Whether it lasts until <see cref="Restore"/>.</summary>
    internal bool IsLasting { get; init; }

    /// <summary>How soon sessions are found again although it lasts; null for not at all.</summary>
    internal TimeSpan? WorksWithin { get; init; }

    /// <summary>A text that pool status has while it lasts; empty for any.</summary>
    internal string Reason { get; init; } = "";

    /// <summary>A text that the log has when it begins; empty for any.</summary>
    internal string LoggedReason { get; init; } = "";

    /// <summary>Whether the short form has it.</summary>
    internal bool IsBrief { get; init; }

    /// <summary>How long it lasts in the full form; null for the default.</summary>
    internal TimeSpan? Duration { get; init; }
}
