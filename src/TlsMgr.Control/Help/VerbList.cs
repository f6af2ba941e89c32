using System;
using System.Collections.Generic;
using System.Linq;
using TlsMgr.Control.Verbs;

namespace TlsMgr.Control.Help;

/// <summary>All verbs, in the order of their names. A new one gets a file in Verbs, and a line here.</summary>
internal static class VerbList
{
    /// <summary>The verbs.</summary>
    internal static readonly VerbHelp[] All =
    [
        VerbHelp.Of<BenchVerb>(),
        VerbHelp.Of<ConfigVerb>(),
        VerbHelp.Of<DeleteVerb>(),
        VerbHelp.Of<DoctorVerb>(),
        VerbHelp.Of<FlushVerb>(),
        VerbHelp.Of<KeysVerb>(),
        VerbHelp.Of<ListVerb>(),
        VerbHelp.Of<LookupVerb>(),
        VerbHelp.Of<PingVerb>(),
        VerbHelp.Of<PolicyVerb>(),
        VerbHelp.Of<PoolVerb>(),
        VerbHelp.Of<RotateVerb>(),
        VerbHelp.Of<SeedVerb>(),
        VerbHelp.Of<StatsVerb>(),
        VerbHelp.Of<TopVerb>(),
    ];

    /// <summary>The classes of the verbs, for the parser.</summary>
    internal static Type[] Types => [.. All.Select(static verb => verb.Type)];

    /// <summary>The verb of a name, or null.</summary>
    internal static VerbHelp? Find(string name) => Array.Find(All, verb => verb.Name == name);

    /// <summary>The names of the verbs, and the words that stand in their place.</summary>
    internal static IEnumerable<string> Names => [.. All.Select(static verb => verb.Name), "help", "version"];
}
