// Like Postfix's clients, it repeats a request on a new connection when the daemon has closed the old one.

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Net.Sockets;
using System.Text;
using System.Threading;

namespace TlsMgr.Testing.Load;

/// <summary>One client of a load, run by one thread: sends one request at a time and checks each reply.</summary>
internal sealed class LoadClient
{
    private const string Done = "0";
    private const string NotFound = "4294967295";
    private const string Fault = "4294967294";
    private const int SeedBytes = 32;
    private const int KeyNameBytes = 16;
    private const int LatenciesKept = 1_000_000;

    private readonly string _socket;
    private readonly LoadSettings _settings;
    private readonly Random _random;
    private readonly StoredSessions _sessions;
    private readonly Dictionary<string, string> _ticketKeys = [];
    private AttributeClient? _connection;
    private int _requestsHere;
    private string _lastSeed = "";

    internal LoadClient(string socket, LoadSettings settings, int number)
    {
        _socket = socket;
        _settings = settings;
        _random = new Random(HashCode.Combine(settings.Seed, number));
        _sessions = new StoredSessions(number, settings.SessionBytes);
    }

    internal long Requests { get; private set; }

    internal long Hits { get; private set; }

    internal long Faults { get; private set; }

    internal long Refusals { get; private set; }

    internal long Forgotten { get; private set; }

    internal long Reconnects { get; private set; }

    internal List<string> Wrong { get; } = [];

    internal List<float> Milliseconds { get; } = [];

    /// <summary>Sends requests until it is stopped, or until a reply is wrong.</summary>
    internal void Run(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested && Wrong.Count == 0)
        {
            if (_settings.Pause > TimeSpan.Zero)
            {
                stop.WaitHandle.WaitOne(_settings.Pause);
            }

            int choice = _random.Next(100);
            (string Cache, int Number) key = (
                _settings.Caches[_random.Next(_settings.Caches.Length)], _random.Next(_settings.KeysPerClient));
            switch (choice)
            {
                case < 55: Lookup(key); break;
                case < 80: Update(key); break;
                case < 83: Delete(key); break;
                case < 93: Seed(); break;
                case < 97: TicketKey(); break;
                default: Policy(key.Cache); break;
            }
        }

        _connection?.Dispose();
    }

    private void Lookup((string Cache, int Number) key)
    {
        string[]? reply = Ask(
            ("request", "lookup"), ("cache_type", key.Cache), ("cache_id", _sessions.IdOf(key.Number)));
        switch (reply)
        {
            case null:
                break;
            case ["status", Done, "session", string session]:
                Hits++;
                Expect(_sessions.MayBe(key, Convert.FromBase64String(session)), $"lookup of {key}: not what was stored last");
                break;
            case ["status", NotFound, "session", ""]:
                bool isExpected = _sessions.MayBeAbsent(key);
                Forgotten += isExpected ? 0 : 1;
                Expect(isExpected || _settings.MayForget, $"lookup of {key}: not found, though stored");
                break;
            case ["status", Fault, "session", ""]:
                CountFault($"lookup of {key}");
                break;
            default:
                Expect(false, $"lookup of {key}: {string.Join('|', reply)}");
                break;
        }
    }

    private void Update((string Cache, int Number) key)
    {
        int version = _sessions.NextVersion();
        _sessions.Changing(key, version);
        string[]? reply = Ask(
            ("request", "update"), ("cache_type", key.Cache), ("cache_id", _sessions.IdOf(key.Number)),
            ("session", Convert.ToBase64String(_sessions.Content(key, version))));
        if (reply is ["status", Done])
        {
            _sessions.Changed(key, version);
        }
        else
        {
            CheckRefusal("update", key, reply);
        }
    }

    private void Delete((string Cache, int Number) key)
    {
        _sessions.Removing(key);
        string[]? reply = Ask(
            ("request", "delete"), ("cache_type", key.Cache), ("cache_id", _sessions.IdOf(key.Number)));
        if (reply is ["status", Done or NotFound])
        {
            _sessions.Removed(key);
        }
        else
        {
            CheckRefusal("delete", key, reply);
        }
    }

    /// <summary>A change was refused: afterwards the cache may hold the old session, the new one, or none.</summary>
    private void CheckRefusal(string verb, (string Cache, int Number) key, string[]? reply)
    {
        _sessions.Removing(key);
        if (reply is ["status", Fault or NotFound])
        {
            CountFault($"{verb} of {key}");
        }
        else
        {
            Expect(reply is null, $"{verb} of {key}: {(reply is null ? "" : string.Join('|', reply))}");
        }
    }

    private void Seed()
    {
        string[]? reply = Ask(("request", "seed"), ("size", "32"));
        if (reply is ["status", Done, "seed", string seed])
        {
            Expect(Convert.FromBase64String(seed).Length == SeedBytes, $"seed: {seed}");
            Expect(seed != _lastSeed, "seed: the same twice");
            _lastSeed = seed;
        }
        else
        {
            CountRefusal("seed", reply is ["status", not Done, "seed", ""], reply);
        }
    }

    private void TicketKey()
    {
        string name = _ticketKeys.Count == 0 || _random.Next(2) == 0 ? "" : AnyKnownKey();
        string[]? reply = Ask(("request", "tktkey"), ("keyname", name));
        if (reply is ["status", Done, "keybuf", string key])
        {
            // Not its time, which is lowered when the clock was ahead.
            byte[] bytes = Convert.FromBase64String(key);
            string secrets = Convert.ToBase64String(bytes.AsSpan(0, bytes.Length - sizeof(long)));
            string returnedName = Convert.ToBase64String(bytes.AsSpan(0, KeyNameBytes));
            Expect(name.Length == 0 || returnedName == name, $"tktkey: asked for {name}, got {returnedName}");
            Expect(
                _ticketKeys.TryAdd(returnedName, secrets) || _ticketKeys[returnedName] == secrets,
                $"tktkey: {returnedName} has changed");
        }
        else if (reply is ["status", NotFound, "keybuf", string echo] && name.Length > 0 && echo == name)
        {
            // Rotated out, or the daemon was restarted: the reply has the name alone.
            _ticketKeys.Remove(name);
        }
        else
        {
            CountRefusal("tktkey", reply is ["status", not Done, "keybuf", ""], reply);
        }
    }

    private string AnyKnownKey()
    {
        foreach (string name in _ticketKeys.Keys)
        {
            return name;
        }

        return "";
    }

    private void Policy(string cache)
    {
        string[]? reply = Ask(("request", "policy"), ("cache_type", cache));
        bool isRight = reply is null or ["status", Done, "cachable", "1", "timeout", _]
            || (_settings.MayFault && reply is ["status", Done, "cachable", "0", "timeout", _]);
        Expect(isRight, $"policy: {(reply is null ? "" : string.Join('|', reply))}");
    }

    private void CountFault(string what)
    {
        Faults++;
        Expect(_settings.MayFault, $"{what}: the reply is a fault");
    }

    private void CountRefusal(string what, bool isEmpty, string[]? reply)
    {
        Refusals += reply is null ? 0 : 1;
        Expect(
            reply is null || (isEmpty && _settings.MayRefuseSecrets),
            $"{what}: {(reply is null ? "" : string.Join('|', reply))}");
    }

    private void Expect(bool isRight, string text)
    {
        if (!isRight)
        {
            Wrong.Add(text);
        }
    }

    /// <summary>Repeats a request until there is a reply; null, and a wrong reply counted, at the timeout.</summary>
    private string[]? Ask(params (string Name, string Value)[] attributes)
    {
        long start = Stopwatch.GetTimestamp();
        do
        {
            try
            {
                string[] reply = AskOnce(attributes);
                Requests++;
                if (Milliseconds.Count < LatenciesKept)
                {
                    Milliseconds.Add((float)Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                }

                return reply;
            }
            catch (Exception fault) when (fault is IOException or SocketException)
            {
                Reconnects++;
                _connection?.Dispose();
                _connection = null;
            }
        }
        while (Stopwatch.GetElapsedTime(start) < _settings.Timeout);

        Wrong.Add($"{attributes[0].Value}: no reply within {_settings.Timeout.TotalSeconds} seconds");
        return null;
    }

    private string[] AskOnce((string Name, string Value)[] attributes)
    {
        if (_settings.RequestsPerConnection != 0 && _requestsHere >= _settings.RequestsPerConnection)
        {
            _connection?.Dispose();
            _connection = null;
        }

        if (_connection is null)
        {
            _connection = AttributeClient.Connect(_socket, _settings.Timeout);
            _connection.ReadList();
            _requestsHere = 0;
        }

        _requestsHere++;
        _connection.Send([.. Encode(attributes)]);
        List<string> reply = [];
        foreach ((string name, byte[] value) in _connection.ReadList())
        {
            reply.Add(name);
            reply.Add(Encoding.ASCII.GetString(value));
        }

        return [.. reply];
    }

    private static IEnumerable<(string Name, byte[] Value)> Encode((string Name, string Value)[] attributes)
    {
        foreach ((string name, string value) in attributes)
        {
            yield return (name, Encoding.ASCII.GetBytes(value));
        }
    }
}
