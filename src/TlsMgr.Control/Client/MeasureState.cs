namespace TlsMgr.Control.Client;

/// <summary>Whether a measure of the daemon is in force.</summary>
/// <param name="Word">on or off; a newer daemon may have more words.</param>
/// <param name="Reason">Why it is not on; empty when there is nothing to say.</param>
internal sealed record MeasureState(string Word, string Reason)
{
    /// <summary>Whether the measure is in force.</summary>
    internal bool IsOn => Word == "on";
}
