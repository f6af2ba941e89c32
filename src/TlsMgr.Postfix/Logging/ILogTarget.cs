// Where log records go. A target must never throw, and never hold up its caller for longer than it says.

namespace TlsMgr.Postfix.Logging;

/// <summary>A place that takes log records: syslog, postlog, standard error, a list in a test.</summary>
public interface ILogTarget
{
    /// <summary>Takes one record.</summary>
    /// <param name="severity">Its severity; the target adds the prefix that belongs to it.</param>
    /// <param name="text">One line without prefix and line end, printable.</param>
    void Write(LogSeverity severity, string text);
}
