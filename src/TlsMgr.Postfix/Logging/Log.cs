// The one log of the process: what is said goes to every target. Must never be given secret bytes at any level.

using System.Collections.Generic;
using System.Threading;

namespace TlsMgr.Postfix.Logging;

/// <summary>
/// The log of the process. Its targets change while the process starts: what is known of the configuration decides
/// where records go and under which name. Records may come from any thread.
/// </summary>
public sealed class Log
{
    private readonly List<ILogTarget> _targets = [];
    private readonly Lock _lock = new();

    /// <summary>How often <c>-v</c> was given: 0 and more.</summary>
    public int Verbosity { get; set; }

    /// <summary>
    /// Whether <c>-v</c> was given at all. Ask before a text for <see cref="Info"/> is put together for it.
    /// </summary>
    public bool IsVerbose => Verbosity > 0;

    /// <summary>Puts other targets in the place of all there were.</summary>
    public void ReplaceTargets(params IEnumerable<ILogTarget> targets)
    {
        lock (_lock)
        {
            _targets.Clear();
            _targets.AddRange(targets);
        }
    }

    /// <summary>Says what happened.</summary>
    public void Info(string text) => Write(LogSeverity.Info, text);

    /// <summary>Says that something is wrong and that the daemon goes on.</summary>
    public void Warning(string text) => Write(LogSeverity.Warning, text);

    /// <summary>Says that something does not work and that the rest goes on.</summary>
    public void Error(string text) => Write(LogSeverity.Error, text);

    /// <summary>Writes a record of any severity; non-printable bytes become question marks.</summary>
    public void Write(LogSeverity severity, string text)
    {
        string printable = PrintableText.Clean(text);
        lock (_lock)
        {
            foreach (ILogTarget target in _targets)
            {
                target.Write(severity, printable);
            }
        }
    }
}
