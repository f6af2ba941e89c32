using TlsMgr.Postfix.Logging;

namespace TlsMgr.Random;

/// <summary>Logs one warning per outage, at its first failure, and an information at its end.</summary>
/// <param name="log">The log.</param>
/// <param name="subject">The part that fails: <c>entropy source dev:/dev/urandom</c>.</param>
internal sealed class OutageWarning(Log log, string subject)
{
    private bool _isFailing;

    /// <summary>Logs a warning, unless the previous attempt failed too.</summary>
    internal void ReportFailure(string text)
    {
        if (!_isFailing)
        {
            _isFailing = true;
            log.Warning(text);
        }
    }

    /// <summary>Logs the end of an outage, if the previous attempt failed.</summary>
    internal void ReportSuccess()
    {
        if (_isFailing)
        {
            _isFailing = false;
            log.Info($"{subject} works again");
        }
    }
}
