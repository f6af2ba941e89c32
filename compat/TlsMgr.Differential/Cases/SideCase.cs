// A case: what happens to both daemons, and which deliberate differences it shows.

using System;
using System.Collections.Generic;
using TlsMgr.Differential.Drivers;

namespace TlsMgr.Differential.Cases;

/// <summary>One case of the comparison.</summary>
/// <param name="Group">Its subject: <c>wire</c>, <c>command-line</c>, <c>parameters</c>, <c>life</c> …</param>
/// <param name="Name">Its name within the group.</param>
/// <param name="Script">What happens to a daemon; runs on two stages.</param>
/// <param name="Quirks">Rows of QUIRKS.md that it shows; none: both daemons must do the same.</param>
internal sealed record SideCase(string Group, string Name, Action<DaemonUnderTest> Script, params string[] Quirks)
{
    /// <summary>The words that name it on a command line and in QUIRKS.md.</summary>
    public override string ToString() => $"{Group}: {Name}";
}

/// <summary>Cases that share one daemon, one after the other: each may build on what those before have stored.</summary>
/// <param name="Group">Their subject.</param>
/// <param name="MainCf">The daemon's main.cf, behind the necessary lines.</param>
/// <param name="Cases">The cases; their scripts find the daemon running.</param>
internal sealed record SharedCases(string Group, string[] MainCf, IReadOnlyList<SideCase> Cases);
