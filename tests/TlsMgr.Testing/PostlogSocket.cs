// Plays postlogd(8): takes the log records of a daemon under test.

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace TlsMgr.Testing;

/// <summary>The socket that log records arrive at.</summary>
public sealed partial class PostlogSocket : IDisposable
{
    private const int LongestRecord = 8192;

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly byte[] _room = new byte[LongestRecord];
    private readonly List<string> _startTexts = [];

    public PostlogSocket(string path)
    {
        _socket.Bind(new UnixDomainSocketEndPoint(path));
        System.IO.File.SetUnixFileMode(path, (System.IO.UnixFileMode)0b110_110_110);
    }

    /// <summary>
    /// The texts of the records that say which version started, among those that were taken. They are kept apart from
    /// all others: our daemon writes one at each start, and Postfix's tlsmgr none.
    /// </summary>
    public IReadOnlyList<string> StartTexts => _startTexts;

    /// <summary>
    /// The records that have arrived since the last call, but for <see cref="StartTexts"/>: whole, with time and process
    /// id.
    /// </summary>
    public IReadOnlyList<string> TakeRecords()
    {
        List<string> records = [];
        while (_socket.Available > 0)
        {
            string record = Encoding.UTF8.GetString(_room, 0, _socket.Receive(_room));
            if (StartText().Match(record) is { Success: true } start)
            {
                _startTexts.Add(start.Value);
            }
            else
            {
                records.Add(record);
            }
        }

        return records;
    }

    /// <summary>The texts of the records that have arrived, with severity, without what stands before it.</summary>
    public IReadOnlyList<string> TakeTexts()
    {
        List<string> texts = [];
        foreach (string record in TakeRecords())
        {
            texts.Add(record[(record.IndexOf("]: ", StringComparison.Ordinal) + 3)..]);
        }

        return texts;
    }

    /// <summary>Waits for a record that holds a text, and answers the texts of all that came until then.</summary>
    /// <exception cref="TimeoutException">It did not come in time.</exception>
    public IReadOnlyList<string> WaitFor(string text, TimeSpan patience)
    {
        List<string> texts = [];
        long start = Stopwatch.GetTimestamp();
        for (TimeSpan left = patience; left > TimeSpan.Zero; left = patience - Stopwatch.GetElapsedTime(start))
        {
            if (_socket.Poll(left, SelectMode.SelectRead))
            {
                texts.AddRange(TakeTexts());
                if (texts.Exists(line => line.Contains(text, StringComparison.Ordinal)))
                {
                    return texts;
                }
            }
        }

        throw new TimeoutException($"no log record \"{text}\"; there were: {string.Join(" | ", texts)}");
    }

    /// <summary>Takes one record, as a reader does that is slow; answers whether one came in that time.</summary>
    public bool TakeRecord(TimeSpan patience) =>
        _socket.Poll(patience, SelectMode.SelectRead) && _socket.Receive(_room) > 0;

    /// <summary>Waits until a record is there, or for that long.</summary>
    public void AwaitRecord(TimeSpan patience) => _socket.Poll(patience, SelectMode.SelectRead);

    public void Dispose() => _socket.Dispose();

    [GeneratedRegex(@"(?<=/tlsmgr\[\d+\]: )daemon started -- version [\d.]+, LMDB [\d.]+$")]
    private static partial Regex StartText();
}
