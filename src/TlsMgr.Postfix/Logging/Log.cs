// Invariant: no record contains secret bytes, at any severity or verbosity.

using System.Collections.Generic;
using System.Threading;

namespace TlsMgr.Postfix.Logging;

/// <summary>
/// The log of the process: writes each record to all targets. The targets change during start-up, as more of the
/// configuration becomes known. Thread-safe.
/// </summary>
public sealed class Log
{
    private readonly List<ILogTarget> _targets = [];
    private readonly Lock _lock = new();

    /// <summary>The number of <c>-v</c> options, 0 and more.</summary>
    public int Verbosity { get; set; }

    /// <summary>
    /// Whether <c>-v</c> was given. Check it before formatting a text that is logged only with <c>-v</c>.
    /// </summary>
    public bool IsVerbose => Verbosity > 0;

    /// <summary>Replaces all targets.</summary>
    public void ReplaceTargets(params IEnumerable<ILogTarget> targets)
    {
        lock (_lock)
        {
            _targets.Clear();
            _targets.AddRange(targets);
        }
    }

    /// <summary>Logs an event.</summary>
    public void Info(string text) => Write(LogSeverity.Info, text);

    /// <summary>Logs a fault that does not keep the daemon from working.</summary>
    public void Warning(string text) => Write(LogSeverity.Warning, text);

    /// <summary>Logs the failure of a part of the daemon while the other parts work.</summary>
    public void Error(string text) => Write(LogSeverity.Error, text);

    /// <summary>Logs a record of any severity; control characters become question marks.</summary>
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
