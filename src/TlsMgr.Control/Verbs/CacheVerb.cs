using System.Collections.Generic;
using System.IO;
using System.Linq;
using CommandLine;
using TlsMgr.Control.Client;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control.Verbs;

/// <summary>A verb for the sessions of one cache, or for those whose ids match a pattern.</summary>
internal abstract class CacheVerb : ControlVerb
{
    private IdPattern? _pattern;

    [Value(0, MetaName = "CACHE", Required = true, HelpText = "smtpd, smtp or lmtp.")]
    public string Cache { get; set; } = "";

    [Option("match", Min = 1, Max = 1, MetaValue = "PATTERN",
        HelpText = "Only ids that match, written as list shows them: * is any bytes, ? is one.")]
    public IEnumerable<string> Match { get; set; } = [];

    /// <summary>The pattern of the ids; null for all.</summary>
    /// <exception cref="FatalException">It is no pattern.</exception>
    private protected IdPattern? Pattern => _pattern ??= Match.SingleOrDefault() is { } text ? Read(text) : null;

    internal override void CheckArguments()
    {
        CheckCache(Cache);
        _ = Pattern;
    }

    private static IdPattern Read(string text)
    {
        IdPattern pattern = new(text);
        return pattern.Fault.Length == 0
            ? pattern
            : throw new FatalException($"bad pattern {PrintableText.Clean(text)}: {pattern.Fault}");
    }

    /// <summary>Writes how many sessions were removed.</summary>
    private protected void WriteRemoval(TextWriter output, bool isDone, long removed, string refusal)
    {
        string outcome = isDone ? $"removed {removed}"
            : removed == 0 ? $"the {Cache} cache {refusal}"
            : $"removed {removed}; the {Cache} cache has failed since";
        WriteOutcome(output, outcome, writer => writer.WriteNumber("removed", removed));
    }
}
