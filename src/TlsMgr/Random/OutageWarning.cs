// One warning for a whole spell of the same trouble. Must never hide that the trouble is over.

using TlsMgr.Postfix.Logging;

namespace TlsMgr.Random;

/// <summary>Tells of the first failure of a spell, and of its end.</summary>
/// <param name="log">Where to tell.</param>
/// <param name="subject">What fails: <c>entropy source dev:/dev/urandom</c>.</param>
internal sealed class OutageWarning(Log log, string subject)
{
    private bool _isFailing;

    /// <summary>It failed: a warning, unless it already failed the time before.</summary>
    internal void Failed(string text)
    {
        if (!_isFailing)
        {
            _isFailing = true;
            log.Warning(text);
        }
    }

    /// <summary>It worked: an information, when it failed the time before.</summary>
    internal void Worked()
    {
        if (_isFailing)
        {
            _isFailing = false;
            log.Info($"{subject} works again");
        }
    }
}
