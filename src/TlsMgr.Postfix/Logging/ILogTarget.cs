namespace TlsMgr.Postfix.Logging;

/// <summary>
/// A destination of log records: syslog, postlog, standard error, a list in a test. It does not throw, and delays its
/// caller only for the time that it documents.
/// </summary>
public interface ILogTarget
{
    /// <summary>Writes one record.</summary>
    /// <param name="severity">The severity, for which the target adds the prefix.</param>
    /// <param name="text">One printable line without prefix and line end.</param>
    void Write(LogSeverity severity, string text);
}
