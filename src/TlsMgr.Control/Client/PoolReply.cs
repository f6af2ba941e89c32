// status, then a text for each name: see TlsMgr.Administration. The names are an open list, as those of info.

using System.Globalization;

namespace TlsMgr.Control.Client;

/// <summary>The reply to pool: what the daemon knows of its pool.</summary>
/// <param name="texts">Names and texts, as those of info.</param>
internal sealed class PoolReply(InfoReply texts)
{
    /// <summary>on, off or none; a newer daemon may have more words.</summary>
    internal string State => this["state"];

    /// <summary>Whether the daemon has a pool, whether it is in use or not.</summary>
    internal bool IsConfigured => State != "none";

    /// <summary>Whether the daemon's ticket keys are those of its pool.</summary>
    internal bool IsOn => State == "on";

    /// <summary>Why it does not share; empty when it does.</summary>
    internal string Reason => this["reason"];

    /// <summary>The text of a name; empty when the daemon does not report it.</summary>
    internal string this[string name] => texts[name];

    /// <summary>The number of a name; null when the daemon does not report one.</summary>
    internal long? Number(string name) =>
        long.TryParse(texts[name], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
            ? number
            : null;
}
