using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using TlsMgr.Control.Output;
using TlsMgr.Control.Setup;
using TlsMgr.Postfix.Config;

namespace TlsMgr.Control.Pool;

/// <summary>Shows the pool of this host: first whether it shares, and then the facts.</summary>
/// <param name="facts">The facts about ticket keys.</param>
/// <param name="sharing">The facts about sessions.</param>
/// <param name="installation">The installation.</param>
/// <param name="nowSeconds">The time of day, since 1970.</param>
internal sealed class PoolStatus(
    PoolFacts facts, SharingFacts sharing, Installation installation, long nowSeconds)
{
    private const int Width = 80;
    private const int LabelWidth = 18;

    private readonly string? _reason = PoolSharing.FindReason(facts, installation);
    private readonly SharingLines _sharing = new(sharing);

    /// <summary>
    /// Whether the host shares what it is meant to: tickets, or sessions where there are no tickets; and sessions where
    /// they are configured.
    /// </summary>
    internal bool Shares => sharing.IsWanted
        ? sharing.Shares && (_reason is null || PoolSharing.IsWithoutTickets(installation))
        : _reason is null;

    /// <summary>Writes a sentence and a block of at most 80 columns, or JSON.</summary>
    internal void Write(TextWriter output, bool json)
    {
        if (json)
        {
            WriteJson(output);
            return;
        }

        WrappedText.WriteSentence(output, Sentence(), 0, Width);
        if (_sharing.Sentence() is { Length: > 0 } sentence)
        {
            WrappedText.WriteSentence(output, sentence, 0, Width);
        }

        IEnumerable<(string Label, string Text)> lines = Lines().Concat(_sharing.All());
        foreach ((string label, string text) in lines.Where(static line => line.Text.Length > 0))
        {
            WrappedText.Write(output, label.PadRight(LabelWidth), text.Split(' '), " ", LabelWidth, Width);
        }
    }

    private string Sentence() => (facts.IsRunning, _reason) switch
    {
        (true, null) => $"This host shares the ticket keys of pool {facts.Name}.",
        (false, null) => $"This host shares the ticket keys of pool {facts.Name} when Postfix runs.",
        _ when sharing.IsWanted => $"This host does not share ticket keys: {_reason}.",
        _ => $"This host does not share: {_reason}.",
    };

    private IEnumerable<(string Label, string Text)> Lines()
    {
        yield return ("source", facts.IsRunning ? "" : "the state file, because the daemon does not reply");
        yield return ("pool", facts.Name.Length == 0 ? ""
            : facts.Generation is { } generation ? $"{facts.Name}, generation {generation}" : facts.Name);
        yield return ("fingerprint", facts.Fingerprint);
        yield return ("policy",
            facts.Policy.Length > 0 ? facts.Policy : facts.IsRunning ? "" : "known to the daemon only");
        yield return ("period", Period());
        yield return ("next generation", facts.NextGeneration is { } next
            ? $"{next} from {PoolText.Time(facts.NextAtSeconds ?? 0)}" : "");
        yield return ("ticket cipher", facts.Cipher.Length == 0 ? ""
            : $"{facts.Cipher}, secrets of {Number(facts.SecretBytes)} bytes");
        yield return ("keys by name", string.Join(
            ", ", facts.Keys.Select(static key => $"{key.Name} {MeasureText.Number(key.Count)}")));
        yield return ("", UnknownNote());
        yield return ("clocks", Clocks());
        yield return ("state file", Stored());
        yield return ("Postfix", Release());
    }

    private string Period() => facts.Period is not { } period ? ""
        : $"{period}, {PoolText.Span(facts.SecondsLeft ?? 0)} left of {PoolText.Span(facts.PeriodSeconds ?? 0)}";

    /// <summary>Most tickets that cannot be decrypted are of another generation or policy.</summary>
    private string UnknownNote()
    {
        long unknown = facts.Keys.FirstOrDefault(static key => key.Name == "unknown").Count;
        long known = facts.Keys.Sum(static key => key.Count) - unknown;
        return unknown > known
            ? "more unknown keys than known ones: compare both fingerprints with the other hosts"
            : "";
    }

    private string Clocks() => facts.SkewSeconds is not { } skew ? ""
        : facts.AheadSeconds is { } ahead and > 0
            ? $"some host is ahead of this one, by {PoolText.Span(ahead)} at least; {PoolText.Span(skew)} is allowed"
            : $"a difference of {PoolText.Span(skew)} is allowed";

    private string Stored()
    {
        if (facts.WrittenSeconds is not { } written)
        {
            return facts.StateFault;
        }

        string age = nowSeconds >= written
            ? $"stored state is {(nowSeconds - written) / 60} min old" : "stored state is of the future";
        string pending = facts.PendingSeconds is { } since
            ? $", and waits since {PoolText.Time(since)} until the clock is trusted" : "";
        string fault = facts.StateFault.Length > 0 ? $", not written: {facts.StateFault}" : "";
        return $"{age}{pending}{fault}";
    }

    private string Release()
    {
        MailVersion release = SmtpdServices.ReleaseOf(installation);
        string names = string.Join(", ", SmtpdServices.NamesOf(installation));
        return SmtpdServices.BindsTickets(release)
            ? $"{release}: shares with 3.11.7 and later, among services of equal names (here: {names})"
            : $"{release}: shares with releases up to 3.11.6";
    }

    private void WriteJson(TextWriter output) => JsonText.Write(output, writer =>
    {
        FieldList fields = new();
        fields.Add("shares", Shares);
        fields.Add("reason", _reason ?? "");
        fields.Add("running", facts.IsRunning);
        fields.Add("name", facts.Name);
        fields.Add("fingerprint", facts.Fingerprint);
        fields.Add("policy", facts.Policy);
        fields.Add("cipher", facts.Cipher);
        fields.Add("state_fault", facts.StateFault);
        fields.Add("postfix_version", SmtpdServices.ReleaseOf(installation).ToString());
        fields.Add("binds_service_names", SmtpdServices.BindsTickets(SmtpdServices.ReleaseOf(installation)));
        fields.Add("service_names", string.Join(' ', SmtpdServices.NamesOf(installation)));
        AddNumbers(fields);
        if (sharing.IsWanted)
        {
            _sharing.AddTo(fields);
        }

        fields.WriteJson(writer);
    });

    private void AddNumbers(FieldList fields)
    {
        (string Name, long? Value)[] numbers =
        [
            ("generation", facts.Generation), ("period", facts.Period), ("period_seconds", facts.PeriodSeconds),
            ("left_seconds", facts.SecondsLeft), ("skew_seconds", facts.SkewSeconds), ("oldest_period", facts.Oldest),
            ("secret_bytes", facts.SecretBytes), ("next_generation", facts.NextGeneration),
            ("next_at_seconds", facts.NextAtSeconds), ("written_seconds", facts.WrittenSeconds),
            ("pending_since_seconds", facts.PendingSeconds), ("ahead_seconds", facts.AheadSeconds),
            .. facts.Keys.Select(static key => ($"keys_{key.Name}", (long?)key.Count)),
        ];
        foreach ((string name, long? value) in numbers)
        {
            if (value is { } number)
            {
                fields.Add(name, number);
            }
        }
    }

    private static string Number(long? value) => string.Create(CultureInfo.InvariantCulture, $"{value}");
}
