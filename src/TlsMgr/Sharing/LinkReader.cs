// What tlspool sends, message by message. tlspool is taken for hostile: every message is bounded, and checked before a
// part of it is used; what is no message ends the connection.

using System;
using System.Buffers;
using System.Collections.Generic;
using System.Text;
using TlsMgr.Postfix.Logging;
using TlsMgr.Postfix.Protocol;

namespace TlsMgr.Sharing;

/// <summary>Reads the stream of tlspool.</summary>
/// <param name="receiver">Receives the messages.</param>
internal sealed class LinkReader(ILinkReceiver receiver)
{
    private const int MaximumFacts = 32;
    private const int MaximumFactLength = 512;
    private const int PrefixBytes = 8;

    private readonly byte[] _input = new byte[SharingLimits.MessageBytes + SharingLimits.ReadBytesPerTurn];
    private readonly byte[] _value = new byte[Base64Data.DecodedLimit(SharingLimits.MessageBytes)];
    private MessageFramer _framer;
    private int _length;

    /// <summary>Whether the greeting has come.</summary>
    internal bool IsGreeted { get; private set; }

    /// <summary>Space for more bytes.</summary>
    internal Span<byte> Free =>
        _input.AsSpan(_length, int.Min(_input.Length - _length, SharingLimits.ReadBytesPerTurn));

    /// <summary>Begins a new stream.</summary>
    internal void Reset()
    {
        _framer = default;
        _length = 0;
        IsGreeted = false;
    }

    /// <summary>
    /// Takes bytes that were written to <see cref="Free"/>; returns why the stream is broken, or null.
    /// </summary>
    internal string? Received(int count)
    {
        _length += count;
        int start = 0;
        string? fault = null;
        while (fault is null && start < _length)
        {
            ReadOnlySequence<byte> rest = new(_input, start, _length - start);
            FrameStatus status = _framer.Scan(rest, SharingLimits.MessageBytes, out long length);
            if (status != FrameStatus.Complete)
            {
                fault = status == FrameStatus.TooLong ? "it sends a message that is too long" : null;
                break;
            }

            fault = Take(_input.AsSpan(start, (int)length));
            start += (int)length;
        }

        _input.AsSpan(start, _length - start).CopyTo(_input);
        _length -= start;
        return fault;
    }

    private string? Take(ReadOnlySpan<byte> message)
    {
        AttributeReader reader = new(message);
        if (!IsGreeted)
        {
            IsGreeted = reader.TryReadText(PoolWords.Protocol, out ReadOnlySpan<byte> protocol)
                && protocol.SequenceEqual(PoolWords.ProtocolName)
                && reader.TryReadText(PoolWords.Version, out ReadOnlySpan<byte> version)
                && version.SequenceEqual(PoolWords.VersionNumber) && reader.TryReadEnd();
            return IsGreeted ? null : "it does not speak the protocol of this version";
        }

        if (!reader.TryReadNumber(PoolWords.Number, out uint number)
            || !reader.TryReadNumber(PoolWords.Status, out uint statusNumber)
            || number > int.MaxValue || unchecked((int)statusNumber) is > 0 or < (int)PoolReplyStatus.Failed)
        {
            return "it sends what is no reply";
        }

        PoolReplyStatus status = (PoolReplyStatus)unchecked((int)statusNumber);
        bool isTaken = number == 0
            ? TryTakeUnasked(status, ref reader)
            : TryTakeReply((int)number, status, ref reader, message);
        return isTaken ? null : "it sends what is no reply";
    }

    private bool TryTakeReply(
        int number, PoolReplyStatus status, ref AttributeReader reader, ReadOnlySpan<byte> message)
    {
        switch (receiver.KindOf(number))
        {
            case ReplyKind.Value:
                if (!reader.TryReadData(PoolWords.Value, _value, out ReadOnlySpan<byte> value) || !reader.TryReadEnd())
                {
                    return false;
                }

                receiver.OnReply(number, status, value);
                return true;
            case ReplyKind.Plain:
                if (!reader.TryReadEnd())
                {
                    return false;
                }

                receiver.OnReply(number, status, default);
                return true;
            case ReplyKind.Facts:
                return TryTakeFacts(message);
            default:
                receiver.OnUnexpected();
                return true;
        }
    }

    private bool TryTakeUnasked(PoolReplyStatus status, ref AttributeReader reader)
    {
        AttributeReader known = reader;
        if (status == PoolReplyStatus.Done
            && known.TryReadData(PoolWords.Known, _value, out ReadOnlySpan<byte> prefixes))
        {
            if (prefixes.Length % PrefixBytes != 0 || !known.TryReadEnd())
            {
                return false;
            }

            receiver.OnKnown(prefixes);
            return true;
        }

        if (status != PoolReplyStatus.Done || !reader.TryReadNumber(PoolWords.Reachable, out uint reachable)
            || reachable > 1 || !reader.TryReadText(PoolWords.Reason, out ReadOnlySpan<byte> reason)
            || !reader.TryReadEnd())
        {
            return false;
        }

        receiver.OnReachable(reachable == 1, Text(reason));
        return true;
    }

    /// <summary>The facts are texts with any names: a later version has more.</summary>
    private bool TryTakeFacts(ReadOnlySpan<byte> message)
    {
        List<KeyValuePair<string, string>> facts = [];
        int position = 0;
        for (int skipped = 0; skipped < 4; skipped++)
        {
            // Names and values of number and status.
            Next(message, ref position);
        }

        while (message[position] != 0 && facts.Count < MaximumFacts)
        {
            ReadOnlySpan<byte> name = Next(message, ref position);
            facts.Add(new(Text(name), Text(Next(message, ref position))));
        }

        receiver.OnFacts(facts);
        return true;
    }

    /// <summary>The next name or value: the framer has found the end of each.</summary>
    private static ReadOnlySpan<byte> Next(ReadOnlySpan<byte> message, ref int position)
    {
        ReadOnlySpan<byte> rest = message[position..];
        ReadOnlySpan<byte> next = rest[..rest.IndexOf((byte)0)];
        position += next.Length + 1;
        return next;
    }

    private static string Text(ReadOnlySpan<byte> bytes) =>
        PrintableText.Clean(Encoding.UTF8.GetString(bytes[..int.Min(bytes.Length, MaximumFactLength)]));
}
