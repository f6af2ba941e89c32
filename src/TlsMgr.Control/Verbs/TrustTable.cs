// What config --trust prints: every input of the reload digests, and whether it is what it was when the daemon started.
// The daemon left a record in each cache file. That of the pool digest, whose inputs are shown with their values, has
// the daemon alone, which is asked for it.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using TlsMgr.Control.Client;
using TlsMgr.Control.Output;
using TlsMgr.Control.Setup;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Config;
using TlsMgr.Postfix.Logging;
using TlsMgr.Sessions.Files;
using TlsMgr.Trust;

namespace TlsMgr.Control.Verbs;

/// <summary>The inputs of the reload digests and their states.</summary>
internal sealed class TrustTable
{
    private const int CacheWidth = 7;
    private const int StateWidth = 9;
    private const int RecordBufferBytes = 8192;
    private const string Pool = "pool";

    private readonly List<(string Cache, string State, string Input)> _rows = [];

    private TrustTable(Installation installation, Log log)
    {
        IReadOnlyList<string> caches = installation.Parameters.PersistentCaches;
        TrustFiles files = new(TimeProvider.System, installation.Postfix.QueueDirectory);
        IReadOnlyDictionary<string, TrustDigest> digests = TrustEvaluation.Evaluate(
            installation.Store, installation.Postfix, caches, files);
        foreach (string cache in caches)
        {
            Add(cache, digests[cache], ReadRecord(installation, cache, log));
        }

        if (installation.Parameters.PoolName.Length > 0)
        {
            AddPool(
                PoolPolicy.Evaluate(installation.Store, installation.Postfix, files), ReadPoolRecord(installation));
        }
    }

    /// <summary>Evaluates the digests and reads the records.</summary>
    /// <exception cref="FatalException">A cache file cannot be read.</exception>
    internal static TrustTable Load(Installation installation, Log log) => new(installation, log);

    /// <summary>Writes a line for each input, or JSON.</summary>
    internal void Write(TextWriter output, bool json)
    {
        if (json)
        {
            JsonText.Write(output, writer =>
            {
                writer.WriteStartArray();
                foreach ((string cache, string state, string input) in _rows)
                {
                    writer.WriteStartObject();
                    writer.WriteString("cache", cache);
                    writer.WriteString("state", state);
                    writer.WriteString("input", input);
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
            });
            return;
        }

        output.WriteLine($"{"cache",-CacheWidth}{"state",-StateWidth}input");
        foreach ((string cache, string state, string input) in _rows)
        {
            output.WriteLine($"{cache,-CacheWidth}{state,-StateWidth}{PrintableText.Clean(input)}");
        }
    }

    private static TrustRecord? ReadRecord(Installation installation, string cache, Log log)
    {
        SessionCacheParameters parameters = installation.Parameters.Find(cache);
        CacheDatabaseName database = CacheDatabaseName.Parse(
            parameters.Database, installation.Postfix.DefaultCacheType);
        DataDirectory directory = new(installation.Postfix.DataDirectory, installation.Postfix.MailOwner, log);
        string path = database.Path.StartsWith('/')
            ? database.Path
            : $"{installation.Postfix.QueueDirectory}/{database.Path}";
        string file = (database with { Path = directory.Redirect(path, $"table {parameters.Database}") }).FilePath;
        return CacheTrust.Read(file, out TrustRecord? record) is < 0 and not -Errno.NoEntry and var result
            ? throw new FatalException($"open {file}: {Errno.Describe(result)}")
            : record;
    }

    /// <summary>The record that the daemon made at its start; null when none replies, or it has no pool.</summary>
    private static TrustRecord? ReadPoolRecord(Installation installation)
    {
        try
        {
            using ServiceConnection daemon = ControlConnection.Open(installation);
            byte[] record = new byte[RecordBufferBytes];
            return PoolRequests.Status(daemon) is { } reply
                && Convert.TryFromBase64String(reply["policy_record"], record, out int length)
                ? TrustRecord.Read(record.AsSpan(0, length))
                : null;
        }
        catch (NoReplyException fault) when (!fault.IsDenied)
        {
            return null;
        }
    }

    private void Add(string cache, TrustDigest digest, TrustRecord? record)
    {
        Dictionary<string, TrustChangeKind> changes = ChangesTo(digest, record);
        foreach (TrustInput input in digest.Inputs)
        {
            string state = changes.Remove(input.Name, out TrustChangeKind kind) ? Word(kind)
                : input.Doubt is not null ? Word(TrustChangeKind.Unknown)
                : record is null ? "new"
                : "same";
            _rows.Add((cache, state, input.Doubt is null ? input.Name : $"{input.Name}: {input.Doubt}"));
        }

        AddRest(cache, changes);
    }

    private void AddPool(PoolPolicy policy, TrustRecord? record)
    {
        Dictionary<string, TrustChangeKind> changes = ChangesTo(policy.DigestOfInputs, record);
        foreach (PoolPolicyInput input in policy.Inputs)
        {
            string state = changes.Remove(input.Name, out TrustChangeKind kind) ? Word(kind)
                : record is null ? "now"
                : "same";
            _rows.Add((Pool, state, $"{input.Name}: {input.Value}"));
        }

        AddRest(Pool, changes);
        if (policy.Doubt is { } doubt)
        {
            _rows.Add((Pool, Word(TrustChangeKind.Unknown), doubt));
        }
    }

    private void AddRest(string cache, Dictionary<string, TrustChangeKind> changes)
    {
        foreach ((string input, TrustChangeKind kind) in changes)
        {
            _rows.Add((cache, Word(kind), input));
        }
    }

    private static Dictionary<string, TrustChangeKind> ChangesTo(TrustDigest digest, TrustRecord? record) =>
        record is null
            ? []
            : record.ChangesTo(digest).ToDictionary(static change => change.Input, static change => change.Kind);

    private static string Word(TrustChangeKind kind) => kind switch
    {
        TrustChangeKind.Added => "new",
        TrustChangeKind.Removed => "gone",
        TrustChangeKind.Unknown => "unknown",
        _ => "changed",
    };
}
