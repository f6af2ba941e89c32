using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using TlsMgr.Administration;
using TlsMgr.Postfix.Memory;
using TlsMgr.Postfix.Protocol;
using TlsMgr.Postfix.Server;
using TlsMgr.Sessions;
using TlsMgr.Testing;
using TlsMgr.Tests.Protocol;
using TlsMgr.Tests.Requests;
using TlsMgr.Tests.Server;

namespace TlsMgr.Fuzzing.Targets;

/// <summary>
/// Sends the same bytes in one piece to one service and in small pieces to another: replies and log must be equal. The
/// two are otherwise the same, random numbers included.
/// </summary>
internal sealed partial class ConversationTarget : FuzzTarget
{
    // One or two bytes that arrive alone may be a trigger, so they are not cut off from the next.
    private const int TriggerBytes = 2;

    private readonly Side _inOnePiece;
    private readonly Side _inPieces;
    private readonly byte[][] _seeds;

    private ConversationTarget(Func<Side> makeSide, IEnumerable<byte[]> seeds)
    {
        _inOnePiece = makeSide();
        _inPieces = makeSide();
        _seeds = [.. seeds];
    }

    internal override IEnumerable<byte[]> Seeds => _seeds;

    internal static ConversationTarget OfService() => new(() => new Side(isControl: false), ServiceSeeds());

    internal static ConversationTarget OfControl() => new(() => new Side(isControl: true), ControlSeeds());

    public override void Dispose()
    {
        _inOnePiece.Dispose();
        _inPieces.Dispose();
    }

    internal override void Run(ReadOnlySpan<byte> input)
    {
        byte[] bytes = input.ToArray();
        string inOnePiece = _inOnePiece.Converse([bytes]);
        string inPieces = _inPieces.Converse(Cut(bytes));
        if (inOnePiece != inPieces)
        {
            throw new InvalidDataException($"in one piece:\n{inOnePiece}\nin pieces:\n{inPieces}");
        }
    }

    private static IEnumerable<byte[]> Cut(byte[] bytes)
    {
        int start = 0;
        int from = 0;
        foreach (int end in MessageEnds(bytes))
        {
            for (int cut = int.Max(start + TriggerBytes, from) + 1; cut <= end; cut++)
            {
                yield return bytes[from..cut];
                from = cut;
            }

            start = end;
        }

        yield return bytes[from..];
    }

    // The ends of complete messages, then the end of the incomplete last one.
    private static List<int> MessageEnds(byte[] bytes)
    {
        List<int> ends = [];
        MessageFramer framer = default;
        int start = 0;
        while (framer.Scan(new ReadOnlySequence<byte>(bytes, start, bytes.Length - start), ServerLimits.MessageBytes, out long length)
            == FrameStatus.Complete)
        {
            start += (int)length;
            ends.Add(start);
        }

        return [.. ends, bytes.Length];
    }

    private static IEnumerable<byte[]> ServiceSeeds()
    {
        IEnumerable<byte[]> cases = WireRecording.Read(RepositoryRoot.Fixture("wire", "wire-3.7.txt"))
            .Where(wireCase => wireCase.IsReplayable)
            .Select(wireCase => wireCase.Steps.SelectMany(step => step.Bytes).ToArray());
        IEnumerable<byte[]> sessions = Directory.GetFiles(RepositoryRoot.Fixture("sessions"), "postfix-3.7-*.txt").Order()
            .SelectMany(SessionRecording.Read)
            .Select(connection => connection.Chunks.Where(chunk => chunk.Speaker == Speaker.Client)
                .SelectMany(chunk => chunk.Bytes).ToArray());
        return cases.Concat(sessions);
    }

    private static readonly string[] ControlRequests =
    [
        "request|stats||",
        "request|keys||request|rotate||request|keys||",
        "request|list|cache_type|smtpd|after||limit|9||",
        "request|list|cache_type|smtp|after|aTE=|limit|2||",
        "request|delete|cache_type|smtpd|cache_id|2||request|delete|cache_type|smtpd|cache_id|2||",
        "request|flush|cache_type|smtpd|after|||",
        "request|flush|cache_type|lmtp|after|aTM=||request|list|cache_type|lmtp|after||limit|1000||",
    ];

    private static IEnumerable<byte[]> ControlSeeds() => ControlRequests.Select(Wire.Bytes);

    /// <summary>One of the two services, with its state.</summary>
    private sealed partial class Side : IDisposable
    {
        private const int Sessions = 5;

        private readonly BlockPool _memory = new();
        private readonly ServiceRig _rig;
        private readonly ControlDispatcher _control;
        private readonly bool _isControl;

        internal Side(bool isControl)
        {
            System.Random kernel = new(1);
            _isControl = isControl;
            _rig = new ServiceRig(
                buffer =>
                {
                    kernel.NextBytes(buffer);
                    return true;
                },
                hasLmtpCache: isControl);
            _control = _rig.CreateControl();
        }

        /// <summary>
        /// Runs a client that sends pieces and then shuts its side down; returns replies, end and log.
        /// </summary>
        internal string Converse(IEnumerable<byte[]> pieces)
        {
            Reset();
            if (_memory.UsedBlocks != 0)
            {
                throw new InvalidDataException($"{_memory.UsedBlocks} blocks were not released");
            }

            using ScriptedClient client = new(_isControl ? _control : _rig.Service, _memory);
            List<byte> replies = [];
            foreach (byte[] piece in pieces)
            {
                replies.AddRange(client.SendBytes(piece));
                if (client.Conversation.State == ConversationState.Ended)
                {
                    break;
                }
            }

            if (client.Conversation.State != ConversationState.Ended)
            {
                replies.AddRange(client.CloseBytes());
            }

            // The size of a file depends on the number of turns.
            string text = SizePattern().Replace(WireRecording.Escape([.. replies]), "");
            return $"{text}\n{client.Conversation.End}\n{string.Join('\n', _rig.TakeRecords())}";
        }

        public void Dispose()
        {
            _control.Dispose();
            _rig.Dispose();
            _memory.Dispose();
        }

        private void Reset()
        {
            Span<byte> id = stackalloc byte[1];
            foreach (SessionCache cache in _rig.Caches.Opened)
            {
                using ScriptedClient client = new(_control, _memory);
                while (cache.Figures.Entries > 0)
                {
                    client.Send($"request|flush|cache_type|{cache.Name}|after|||");
                }

                for (id[0] = (byte)'0'; _isControl && id[0] < '0' + Sessions; id[0]++)
                {
                    cache.Store(id, "SECRET"u8);
                }
            }

            _rig.Caches.EndTurn();
            _rig.TakeRecords();
        }

        [GeneratedRegex(@"\.size\\x00\d+")]
        private static partial Regex SizePattern();
    }
}
