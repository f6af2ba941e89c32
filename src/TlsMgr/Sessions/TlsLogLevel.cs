// smtpd_tls_loglevel and its like, as far as this daemon uses them: whether cache operations are logged. The accepted
// words, and which of them enable logging, were recorded of Postfix's tlsmgr (3.7.11), one run per word.

using System;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Sessions;

/// <summary>Parses TLS log levels: digits and words, one or several (postconf(5), posttls-finger(1)).</summary>
internal static class TlsLogLevel
{
    private static readonly string[] Logging =
        ["2", "3", "4", "5", "6", "7", "8", "9", "cache", "debug", "ssl-expert", "ssl-developer"];

    private static readonly string[] Silent =
    [
        "0", "1", "none", "routine", "summary", "untrusted", "peercert", "certmatch", "verbose", "dane", "ssl-debug",
        "ssl-handshake-packet-dump", "ssl-session-packet-dump",
    ];

    /// <summary>
    /// Whether a level enables the logging of cache operations. A level with an unknown word causes one warning and
    /// enables nothing.
    /// </summary>
    /// <param name="parameterName">The parameter's name in the warning: <c>smtpd_tls_loglevel</c>.</param>
    /// <param name="text">
    /// The level: words in upper or lower case, separated by blanks and commas; empty is no logging.
    /// </param>
    /// <param name="log">Receives the warning.</param>
    internal static bool LogsCache(string parameterName, string text, Log log)
    {
        bool logs = false;
        foreach (string word in text.Split([' ', ',', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (Contains(Logging, word))
            {
                logs = true;
            }
            else if (!Contains(Silent, word))
            {
                log.Warning($"unknown {parameterName} value \"{word}\" in \"{text}\"");
                return false;
            }
        }

        return logs;
    }

    private static bool Contains(string[] words, string word) =>
        Array.Exists(words, known => known.Equals(word, StringComparison.OrdinalIgnoreCase));
}
