using System;
using System.Collections.Generic;
using System.Globalization;
using TlsMgr.Sharing;
using TlsMgr.Tests.Protocol;

namespace TlsMgr.Tests.Sharing;

/// <summary>
/// tlspool and its server in one: takes what hosts write, and answers when a test lets it. Several hosts have one content.
/// </summary>
/// <param name="stored">The content of the server, by key.</param>
internal sealed class FakePool(Dictionary<string, byte[]> stored) : ILink
{
    private readonly List<string> _received = [];
    private LinkReader? _reader;
    private int _lastNumber;

    /// <summary>The requests that are not answered, as texts with | for NUL.</summary>
    internal List<string> Received
    {
        get
        {
            EndTurn();
            return _received;
        }
    }

    internal Dictionary<string, byte[]> Stored => stored;

    public bool IsReady { get; set; } = true;

    public LinkWriter Output { get; } = new();

    /// <summary>Whether requests are thrown away, without an allocation.</summary>
    internal bool Discards { get; set; }

    /// <summary>The number of the last request.</summary>
    internal int LastNumber => _lastNumber;

    /// <summary>Why the host has ended the connection; empty when it has not.</summary>
    internal string Broken { get; private set; } = "";

    /// <summary>The lives of what was stored, in milliseconds.</summary>
    internal List<long> Lives { get; } = [];

    public int NextNumber() => ++_lastNumber;

    public void EndTurn()
    {
        if (Discards)
        {
            Output.Sent(Output.Unsent.Length);
            return;
        }

        string text = Wire.Text(Output.Unsent);
        Output.Sent(Output.Unsent.Length);
        foreach (string request in text.Split("||", StringSplitOptions.RemoveEmptyEntries))
        {
            _received.Add(request);
        }
    }

    public void Break(string reason) => Broken = reason;

    public void Dispose()
    {
    }

    /// <summary>Begins a connection: with the greeting, the condition of the server, and numbers from 1.</summary>
    /// <param name="receiver">The host.</param>
    /// <param name="isReachable">Whether it has connected to its server; null while it tries.</param>
    internal void Connect(ILinkReceiver receiver, bool? isReachable = true)
    {
        _lastNumber = 0;
        Received.Clear();
        _reader = new LinkReader(receiver);
        Send("protocol|tlspool_protocol|version|1||");
        if (isReachable is { } reached)
        {
            Send($"number|0|status|0|reachable|{(reached ? 1 : 0)}|reason|{(reached ? "" : "no route")}||");
        }
    }

    /// <summary>Sends a text to the host; returns why the host takes the stream for broken.</summary>
    internal string? Send(string text) => Send(Wire.Bytes(text));

    internal string? Send(ReadOnlySpan<byte> bytes)
    {
        string? fault = null;
        while (!bytes.IsEmpty && fault is null)
        {
            int count = int.Min(bytes.Length, _reader!.Free.Length);
            bytes[..count].CopyTo(_reader.Free);
            fault = _reader.Received(count);
            bytes = bytes[count..];
        }

        return fault;
    }

    /// <summary>Answers all requests, also those that answers cause, as the server would.</summary>
    internal void Answer()
    {
        while (Received.Count > 0)
        {
            string request = _received[0];
            _received.RemoveAt(0);
            Send(ReplyTo(request));
        }
    }

    /// <summary>The value of an attribute of a request.</summary>
    internal static string Field(string request, string name)
    {
        string[] parts = request.Split('|');
        int index = Array.IndexOf(parts, name);
        return index < 0 ? "" : parts[index + 1];
    }

    /// <summary>The reply of a server that works.</summary>
    internal string ReplyTo(string request)
    {
        string number = Field(request, "number");
        string key = Field(request, "key");
        switch (Field(request, "request"))
        {
            case "get":
                return stored.TryGetValue(key, out byte[]? value)
                    ? $"number|{number}|status|0|value|{Convert.ToBase64String(value)}||"
                    : $"number|{number}|status|-1|value|||";
            case "put":
                stored[key] = Convert.FromBase64String(Field(request, "value"));
                Lives.Add(long.Parse(Field(request, "milliseconds"), CultureInfo.InvariantCulture));
                return $"number|{number}|status|0||";
            case "drop":
                return $"number|{number}|status|{(stored.Remove(key) ? 0 : -1)}||";
            case "state":
                return $"number|{number}|status|0|state|up|server|valkey||";
            default:
                return $"number|{number}|status|0||";
        }
    }
}
