using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;
using TlsMgr.Testing;

namespace TlsMgr.Differential.Drivers;

/// <summary>A log socket with a thread that empties it: Postfix's tlsmgr blocks while the socket is full.</summary>
internal sealed class LogCollector : IDisposable
{
    private readonly PostlogSocket _socket;
    private readonly Thread _reader;
    private readonly List<string> _records = [];
    private volatile bool _ends;

    internal LogCollector(string path)
    {
        _socket = new PostlogSocket(path);
        _reader = new Thread(Read) { IsBackground = true };
        _reader.Start();
    }

    /// <summary>Takes the records since the last call, including all that were sent before this call.</summary>
    internal IReadOnlyList<string> Take()
    {
        lock (_records)
        {
            _records.AddRange(_socket.TakeRecords());
            List<string> taken = [.. _records];
            _records.Clear();
            return taken;
        }
    }

    /// <summary>Waits until a record contains a text; false at the timeout. Takes no record.</summary>
    internal bool WaitFor(string text, TimeSpan timeout)
    {
        long start = Stopwatch.GetTimestamp();
        do
        {
            lock (_records)
            {
                if (_records.Exists(record => record.Contains(text, StringComparison.Ordinal)))
                {
                    return true;
                }
            }

            _socket.AwaitRecord(TimeSpan.FromMilliseconds(10));
        }
        while (Stopwatch.GetElapsedTime(start) < timeout);

        return false;
    }

    public void Dispose()
    {
        _ends = true;
        _reader.Join();
        _socket.Dispose();
    }

    private void Read()
    {
        while (!_ends)
        {
            _socket.AwaitRecord(TimeSpan.FromMilliseconds(20));
            lock (_records)
            {
                _records.AddRange(_socket.TakeRecords());
            }
        }
    }
}
