// What smtpd_tls_loglevel and its kin say, as far as it concerns this daemon: whether the cache is to be logged.
// The words and which of them turn it on are those that the original (3.7.11) was seen to take, one run for each.

using System;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Sessions;

/// <summary>Reads TLS log levels: a digit or words, several of them joined (postconf(5), posttls-finger(1)).</summary>
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
    /// Whether a level turns the logging of cache operations on. A level with an unknown word is warned about once and
    /// turns nothing on.
    /// </summary>
    /// <param name="parameterName">For the warning: <c>smtpd_tls_loglevel</c>.</param>
    /// <param name="text">The level; in any case, joined by blanks and commas; empty is none.</param>
    /// <param name="log">Where the warning goes.</param>
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
