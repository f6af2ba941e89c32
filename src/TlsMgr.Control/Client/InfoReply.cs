// status, then a text for each name: of the daemon (version, pid, ...), then of each configured cache (cache.TYPE.state
// and others). The names are an open list, as those of stats: unknown ones are kept for a newer daemon.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace TlsMgr.Control.Client;

/// <summary>The reply to info: the daemon's version, process, measures and caches.</summary>
internal sealed class InfoReply
{
    /// <summary>The report of a daemon that was built before the request existed: it holds nothing.</summary>
    internal static readonly InfoReply Older = new([]);

    private const int MaximumTexts = 256;
    private const int MaximumTextBytes = 8192;
    private const int CacheNameParts = 3;
    private const string CacheGroup = "cache";
    private const string Timeout = "timeout";

    private static readonly string[] NumberNames = ["pid", "started"];

    private readonly Dictionary<string, string> _values;

    private InfoReply(List<KeyValuePair<string, string>> texts)
    {
        Texts = texts;
        _values = new Dictionary<string, string>(texts);
        Caches =
        [
            .. texts.Select(static text => CacheNameOf(text.Key)).OfType<string>().Distinct()
                .Select(name => new CacheInfo(
                    name, OfCache(name, "state"), OfCache(name, "reason"), OfCache(name, "database"),
                    ToNumber(OfCache(name, Timeout)))),
        ];
    }

    /// <summary>Whether the daemon does not know the request.</summary>
    internal bool IsOlder => Texts.Count == 0;

    /// <summary>All names and texts, in the daemon's order; the texts are printable.</summary>
    internal IReadOnlyList<KeyValuePair<string, string>> Texts { get; }

    /// <summary>The version of TlsMgr; empty when the daemon does not report it, as every text below.</summary>
    internal string Version => this["version"];

    /// <summary>The version of the LMDB inside.</summary>
    internal string Lmdb => this["lmdb"];

    /// <summary>The release of Postfix whose protocol the daemon announces.</summary>
    internal string MailVersion => this["mail_version"];

    /// <summary>The directory of main.cf.</summary>
    internal string ConfigDirectory => this["config_directory"];

    /// <summary>The program file, as it was started.</summary>
    internal string Program => this["program"];

    /// <summary>The root directory of the jail; empty without one.</summary>
    internal string Root => this["root"];

    /// <summary>The user that the daemon runs as.</summary>
    internal string User => this["user"];

    /// <summary>The process id; null when the daemon does not report it.</summary>
    internal long? ProcessId => ToNumber(this["pid"]);

    /// <summary>When the daemon was started, in seconds since 1970; null when it does not report it.</summary>
    internal long? StartedSeconds => ToNumber(this["started"]);

    /// <summary>The filter of system calls; null when the daemon does not report it.</summary>
    internal MeasureState? Sandbox => Measure("sandbox");

    /// <summary>The memory that is locked against swapping; null when the daemon does not report it.</summary>
    internal MeasureState? MemoryLock => Measure("memory_lock");

    /// <summary>The ticket keys that outlive the process; null when the daemon does not report it.</summary>
    internal MeasureState? KeptTicketKeys => Measure("ticket_keys_kept");

    /// <summary>The configured caches, in the daemon's order.</summary>
    internal CacheInfo[] Caches { get; }

    /// <summary>The text of a name; empty when the daemon does not report it.</summary>
    internal string this[string name] => _values.GetValueOrDefault(name, "");

    /// <summary>The cache of a name; null when it is not configured, or the daemon is an older one.</summary>
    internal CacheInfo? Cache(string name) => Array.Find(Caches, cache => cache.Name == name);

    /// <summary>The cache that a name such as <c>cache.smtpd.state</c> describes; null for other names.</summary>
    internal static string? CacheNameOf(string name) =>
        name.Split('.', CacheNameParts) is [CacheGroup, var cache, _] ? cache : null;

    /// <summary>Whether the text of a name is a number.</summary>
    internal static bool IsNumber(string name) =>
        NumberNames.Contains(name) || (CacheNameOf(name) is { } cache && name == $"{CacheGroup}.{cache}.{Timeout}");

    /// <summary>Reads the texts behind the status.</summary>
    /// <exception cref="NoReplyException">
    /// A name breaks the grammar or is repeated, a text is too long or not of its form, a cache has no state, or there
    /// are too many.
    /// </exception>
    internal static InfoReply Read(ref ReplyReader reader)
    {
        List<KeyValuePair<string, string>> texts = [];
        HashSet<string> names = [];
        ReadOnlySpan<byte> rest = reader.Bytes;
        StatsReply.Next(ref rest);
        StatsReply.Next(ref rest);
        while (rest.Length > 1)
        {
            ReadOnlySpan<byte> bytes = StatsReply.Next(ref rest);
            string name = StatsReply.IsName(bytes)
                ? Encoding.ASCII.GetString(bytes)
                : throw reader.Malformed("a text has a name that is not allowed");
            string text = ReadText(reader, name, StatsReply.Next(ref rest));
            if (!names.Add(name))
            {
                throw reader.Malformed($"the text {name} is there twice");
            }

            texts.Add(new(name, text));
            if (texts.Count > MaximumTexts)
            {
                throw reader.Malformed("there are too many texts");
            }
        }

        InfoReply reply = texts.Count > 0 ? new InfoReply(texts) : throw reader.Malformed("it reports nothing");
        return reply.Caches.FirstOrDefault(static cache => cache.State.Length == 0) is { } stateless
            ? throw reader.Malformed($"the cache {stateless.Name} has no state")
            : reply;
    }

    private static string ReadText(ReplyReader reader, string name, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaximumTextBytes)
        {
            throw reader.Malformed($"the text {name} is too long");
        }

        if (IsNumber(name) && reader.ParseLong(bytes) < 0)
        {
            throw reader.Malformed($"the number {name} is negative");
        }

        bool isWord = CacheNameOf(name) is { } cache && name == $"{CacheGroup}.{cache}.state";
        if (isWord && !ReplyWord.IsValid(bytes))
        {
            throw reader.Malformed($"{name} is no state");
        }

        return ReplyReader.Printable(Encoding.UTF8.GetString(bytes));
    }

    private static long? ToNumber(string text) =>
        text.Length > 0 ? long.Parse(text, CultureInfo.InvariantCulture) : null;

    private MeasureState? Measure(string name)
    {
        string[] parts = this[name].Split(": ", 2);
        return parts[0].Length == 0 ? null : new MeasureState(parts[0], parts.Length > 1 ? parts[1] : "");
    }

    private string OfCache(string cache, string name) => this[$"{CacheGroup}.{cache}.{name}"];
}
