using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace TlsMgr.Testing;

/// <summary>The socket of postlogd(8), which receives the log records of a daemon under test.</summary>
public sealed partial class PostlogSocket : IDisposable
{
    private const int MaximumRecordBytes = 8192;

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly byte[] _buffer = new byte[MaximumRecordBytes];
    private readonly List<string> _startTexts = [];

    public PostlogSocket(string path)
    {
        _socket.Bind(new UnixDomainSocketEndPoint(path));
        System.IO.File.SetUnixFileMode(path, (System.IO.UnixFileMode)0b110_110_110);
    }

    /// <summary>
    /// The texts of the records that name the version that started, among the records taken so far. They are kept apart
    /// from all others: this daemon writes one at each start, and Postfix's tlsmgr none.
    /// </summary>
    public IReadOnlyList<string> StartTexts => _startTexts;

    /// <summary>
    /// The complete records, with time and process id, that have arrived since the last call, without those of
    /// <see cref="StartTexts"/>.
    /// </summary>
    public IReadOnlyList<string> TakeRecords()
    {
        List<string> records = [];
        while (_socket.Available > 0)
        {
            string record = Encoding.UTF8.GetString(_buffer, 0, _socket.Receive(_buffer));
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

    /// <summary>The records that have arrived since the last call, from the severity on.</summary>
    public IReadOnlyList<string> TakeTexts()
    {
        List<string> texts = [];
        foreach (string record in TakeRecords())
        {
            texts.Add(record[(record.IndexOf("]: ", StringComparison.Ordinal) + 3)..]);
        }

        return texts;
    }

    /// <summary>Waits for a record that contains a text; returns the texts of all records until then.</summary>
    /// <exception cref="TimeoutException">It did not arrive in time.</exception>
    public IReadOnlyList<string> WaitFor(string text, TimeSpan timeout)
    {
        List<string> texts = [];
        long start = Stopwatch.GetTimestamp();
        for (TimeSpan left = timeout; left > TimeSpan.Zero; left = timeout - Stopwatch.GetElapsedTime(start))
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

    /// <summary>Takes one record, as a slow reader does; returns whether one arrived in time.</summary>
    public bool TakeRecord(TimeSpan timeout) =>
        _socket.Poll(timeout, SelectMode.SelectRead) && _socket.Receive(_buffer) > 0;

    /// <summary>Waits until a record has arrived, or the timeout passes.</summary>
    public void AwaitRecord(TimeSpan timeout) => _socket.Poll(timeout, SelectMode.SelectRead);

    public void Dispose() => _socket.Dispose();

    [GeneratedRegex(@"(?<=/tls(?:mgr|pool)\[\d+\]: )daemon started -- version [\d.]+(?:, LMDB [\d.]+)?$")]
    private static partial Regex StartText();
}
