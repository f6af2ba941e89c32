using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Threading;
using TlsMgr.Testing;

namespace TlsMgr.Pool.Tests.Running;

/// <summary>A connection as tlsmgr(8) has one.</summary>
internal sealed class PoolConnection : IDisposable
{
    private readonly AttributeClient _client;
    private readonly Queue<Dictionary<string, string>> _unsolicited = [];
    private int _number;

    internal PoolConnection(AttributeClient client)
    {
        _client = client;
        Greeting = Read();
    }

    internal Dictionary<string, string> Greeting { get; }

    /// <summary>A key of smtpd: its HMAC is the number, repeated.</summary>
    internal static string Key(int number, string cache = "smtpd", int generation = 7) =>
        $"{generation}:{cache}:{string.Concat(Enumerable.Repeat(number.ToString("x8", CultureInfo.InvariantCulture), 8))}";

    /// <summary>Stores a value; returns the status.</summary>
    internal int Put(string key, string value, int milliseconds = 60000) => Status(Ask(
        "put", ("key", key), ("milliseconds", milliseconds.ToString(CultureInfo.InvariantCulture)),
        ("value", Convert.ToBase64String(Encoding.UTF8.GetBytes(value)))));

    /// <summary>Returns the status, and the value.</summary>
    internal (int Status, string Value) Get(string key)
    {
        Dictionary<string, string> reply = Ask("get", ("key", key));
        return (Status(reply), Encoding.UTF8.GetString(Convert.FromBase64String(reply["value"])));
    }

    /// <summary>Asks for a value until the status is as wanted: the server is used again.</summary>
    internal void AwaitStatus(int status, string key)
    {
        long start = Stopwatch.GetTimestamp();
        while (Get(key).Status != status)
        {
            if (Stopwatch.GetElapsedTime(start) > RunningPool.Timeout)
            {
                throw new TimeoutException($"no reply with status {status}");
            }

            Thread.Yield();
        }
    }

    internal int Drop(string key) => Status(Ask("drop", ("key", key)));

    internal int Follow(int generation, int seconds = 900) => Status(Ask(
        "follow", ("generation", generation.ToString(CultureInfo.InvariantCulture)),
        ("seconds", seconds.ToString(CultureInfo.InvariantCulture))));

    internal Dictionary<string, string> State() => Ask("state");

    /// <summary>Sends a request and returns its reply.</summary>
    internal Dictionary<string, string> Ask(string request, params (string Name, string Value)[] attributes)
    {
        string number = Send(request, attributes).ToString(CultureInfo.InvariantCulture);
        while (true)
        {
            Dictionary<string, string> message = Read();
            if (message["number"] == number)
            {
                return message;
            }

            _unsolicited.Enqueue(message);
        }
    }

    /// <summary>Sends a request; returns its number.</summary>
    internal int Send(string request, params (string Name, string Value)[] attributes)
    {
        _number++;
        _client.Send([
            ("request", Encoding.UTF8.GetBytes(request)),
            ("number", Encoding.UTF8.GetBytes(_number.ToString(CultureInfo.InvariantCulture))),
            .. attributes.Select(pair => (pair.Name, Encoding.UTF8.GetBytes(pair.Value))),
        ]);
        return _number;
    }

    internal void SendBytes(string text) => _client.SendBytes(Encoding.UTF8.GetBytes(text.Replace('|', '\0')));

    /// <summary>Reads one message, whatever it is.</summary>
    internal Dictionary<string, string> Read() =>
        _client.ReadList().ToDictionary(pair => pair.Name, pair => Encoding.UTF8.GetString(pair.Value));

    /// <summary>Waits until the daemon says that the server can be reached, or cannot; returns the reason.</summary>
    internal string AwaitReachable(bool isReachable)
    {
        string wanted = isReachable ? "1" : "0";
        return Await(message => message.GetValueOrDefault("reachable") == wanted)["reason"];
    }

    /// <summary>The same with a text in the reason; on a busy machine, the first is that nothing has connected.</summary>
    internal void AwaitReachable(bool isReachable, string reason) => Await(message =>
        message.GetValueOrDefault("reachable") == (isReachable ? "1" : "0")
        && message["reason"].Contains(reason, StringComparison.Ordinal));

    /// <summary>Waits until the daemon says that nothing is wrong with the server.</summary>
    internal void AwaitSound() => Await(
        static message => message.GetValueOrDefault("reachable") == "1" && message["reason"].Length == 0);

    /// <summary>Waits for sessions that other hosts stored, until some are among them.</summary>
    internal void AwaitKnown(params string[] keys)
    {
        HashSet<string> missing = [.. keys.Select(static key => key.Split(':')[2][..16])];
        while (missing.Count > 0)
        {
            byte[] known = Convert.FromBase64String(Await(static message => message.ContainsKey("known"))["known"]);
            for (int i = 0; i < known.Length; i += 8)
            {
                missing.Remove(Convert.ToHexStringLower(known, i, 8));
            }
        }
    }

    public void Dispose() => _client.Dispose();

    internal static int Status(Dictionary<string, string> reply) =>
        unchecked((int)uint.Parse(reply["status"], CultureInfo.InvariantCulture));

    private Dictionary<string, string> Await(Predicate<Dictionary<string, string>> isWanted)
    {
        while (true)
        {
            Dictionary<string, string> message = _unsolicited.TryDequeue(out Dictionary<string, string>? early)
                ? early
                : Read();
            if (isWanted(message))
            {
                return message;
            }
        }
    }
}
