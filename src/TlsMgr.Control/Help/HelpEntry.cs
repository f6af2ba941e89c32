namespace TlsMgr.Control.Help;

/// <summary>One argument or option of a verb.</summary>
/// <param name="Name">As it is typed: <c>CACHE</c>, <c>--limit N</c>.</param>
/// <param name="Text">A sentence.</param>
internal sealed record HelpEntry(string Name, string Text);
