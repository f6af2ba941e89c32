using System.Collections.Generic;
using System.Linq;
using TlsMgr.Control.Output;

namespace TlsMgr.Control.Pool;

/// <summary>
/// The part of the status of a pool that is about sessions: a sentence, lines for people, fields for programs.
/// </summary>
/// <param name="facts">The facts.</param>
internal sealed class SharingLines(SharingFacts facts)
{
    private const string Commas = ", ";

    /// <summary>
    /// Counters about lookups, in the order in which a lookup meets them; the others are about stores.
    /// </summary>
    private static readonly string[] LookupCounters =
        ["asked", "hits", "misses", "late", "overtaken", "overdue", "held", "filtered", "refused", "unexpected"];

    private static readonly string[] StoreCounters = ["sealed", "stored", "queued", "dropped", "failed"];

    /// <summary>Whether and which sessions are shared; empty when they are not meant to be.</summary>
    internal string Sentence() => !facts.IsWanted ? ""
        : facts.Shares ? $"It shares the sessions of {List(facts.Caches)}."
        : $"It does not share the sessions of {List(facts.Caches)}: {facts.Reason}.";

    /// <summary>The lines of the block; one without a text is left out.</summary>
    internal IEnumerable<(string Label, string Text)> All()
    {
        if (!facts.IsWanted)
        {
            yield break;
        }

        yield return ("not shared", facts.LeftOut);
        yield return ("server", Join([facts.Server, facts.ServerVersion, facts["state"]]));
        yield return ("endpoints", facts["endpoints"]);
        yield return ("server fault", facts["fault"]);
        yield return ("ACL refuses", facts["commands_refused"]);
        yield return ("eviction", facts["policy"]);
        yield return ("tlspool", Counts(facts.Numbers));
        yield return ("lookups", Counts(Of(LookupCounters)));
        yield return ("stores", Counts(Of(StoreCounters)));
        yield return ("", Note());
    }

    /// <summary>Adds the fields for programs.</summary>
    internal void AddTo(FieldList fields)
    {
        fields.Add("sharing_wanted", facts.IsWanted);
        fields.Add("sharing", facts.Shares);
        fields.Add("sharing_reason", facts.IsWanted ? facts.Reason : "");
        fields.Add("sharing_left_out", facts.LeftOut);
        fields.Add("sharing_caches", facts.Caches);
        fields.Add("sharing_server", facts.Server);
        fields.Add("sharing_server_version", facts.ServerVersion);
        foreach ((string name, string text) in facts.Texts)
        {
            fields.Add($"sharing_{name}", text);
        }

        foreach ((string name, long count) in facts.Numbers.Concat(facts.Counters))
        {
            fields.Add($"sharing_{name}", count);
        }
    }

    /// <summary>Why a server that is reachable gives or takes nothing, as far as the counters show it.</summary>
    private string Note() => Count("breaker") > 0
        ? "lookups are suspended for up to a minute, because several in a row had no answer in time"
        : Count("refused") is var refused && refused > Count("hits")
        ? "more entries refused than used: compare both fingerprints with the other hosts"
        : "";

    private long Count(string name) => facts.Counters.FirstOrDefault(counter => counter.Name == name).Count;

    private IEnumerable<(string Name, long Count)> Of(string[] names) =>
        names.Where(name => facts.Counters.Any(counter => counter.Name == name)).Select(name => (name, Count(name)));

    private static string Counts(IEnumerable<(string Name, long Count)> counters) =>
        Join(counters.Select(static counter => $"{counter.Name} {MeasureText.Number(counter.Count)}"));

    private static string List(string caches) => Join(caches.Split(' '));

    private static string Join(IEnumerable<string> texts) =>
        string.Join(Commas, texts.Where(static text => text.Length > 0));
}
