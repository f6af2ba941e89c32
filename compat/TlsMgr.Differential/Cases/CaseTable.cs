using System.Collections.Generic;
using System.Linq;

namespace TlsMgr.Differential.Cases;

/// <summary>The table of all cases.</summary>
internal static class CaseTable
{
    /// <summary>The cases that share a daemon.</summary>
    internal static IEnumerable<SharedCases> Shared() => [WireCases.All()];

    /// <summary>The cases that have a daemon of their own.</summary>
    internal static IEnumerable<SideCase> Single() => CommandLineCases.All().Concat(ParameterCases.All())
        .Concat(CacheCases.All()).Concat(LifeCases.All()).Concat(EntropyCases.All());

    /// <summary>Every case.</summary>
    internal static IEnumerable<SideCase> All() => Shared().SelectMany(shared => shared.Cases).Concat(Single());
}
