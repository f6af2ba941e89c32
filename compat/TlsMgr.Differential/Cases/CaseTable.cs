// All cases, by group.

using System.Collections.Generic;
using System.Linq;

namespace TlsMgr.Differential.Cases;

/// <summary>The table of cases.</summary>
internal static class CaseTable
{
    /// <summary>Those that share a daemon.</summary>
    internal static IEnumerable<SharedCases> Shared() => [WireCases.All()];

    /// <summary>Those with a daemon of their own.</summary>
    internal static IEnumerable<SideCase> Single() => CommandLineCases.All().Concat(ParameterCases.All())
        .Concat(CacheCases.All()).Concat(LifeCases.All()).Concat(EntropyCases.All());

    /// <summary>Every case.</summary>
    internal static IEnumerable<SideCase> All() => Shared().SelectMany(shared => shared.Cases).Concat(Single());
}
