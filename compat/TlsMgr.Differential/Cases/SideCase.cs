using System;
using System.Collections.Generic;
using TlsMgr.Differential.Drivers;

namespace TlsMgr.Differential.Cases;

/// <summary>One case: what is done to both daemons, and the intended differences that it shows.</summary>
/// <param name="Group">Its subject: <c>wire</c>, <c>command-line</c>, <c>parameters</c>, <c>life</c> …</param>
/// <param name="Name">Its name within the group.</param>
/// <param name="Script">What is done to a daemon; runs once on each of the two.</param>
/// <param name="Quirks">Ids of the rows of QUIRKS.md that it shows; none: both daemons must do the same.</param>
internal sealed record SideCase(string Group, string Name, Action<DaemonUnderTest> Script, params string[] Quirks)
{
    /// <summary>Its name on the command line and in QUIRKS.md.</summary>
    public override string ToString() => $"{Group}: {Name}";
}

/// <summary>Cases that run one after the other on one daemon: each may use what earlier ones have stored.</summary>
/// <param name="Group">Their subject.</param>
/// <param name="MainCf">The daemon's main.cf, after the required lines.</param>
/// <param name="Cases">The cases; their scripts find the daemon running.</param>
internal sealed record SharedCases(string Group, string[] MainCf, IReadOnlyList<SideCase> Cases);
