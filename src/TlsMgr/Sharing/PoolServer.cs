// What is known of tlspool and of the server behind it: whether they can be asked, what they say of themselves, and
// which sessions of smtpd's were stored there by any host.

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using TlsMgr.Postfix.Events;

namespace TlsMgr.Sharing;

/// <summary>The other end of the connection.</summary>
/// <param name="link">The connection.</param>
/// <param name="timers">Timers of the event loop.</param>
/// <param name="known">Names that tlspool announces; null when none are wanted.</param>
internal sealed class PoolServer(ILink link, TimerQueue timers, KnownSessions? known)
{
    private const int PrefixBytes = sizeof(ulong);

    private int _stateNumber;
    private int _unansweredState;
    private int _followNumber;
    private uint _followed;

    /// <summary>Whether tlspool has greeted.</summary>
    internal bool IsConnected { get; private set; }

    /// <summary>Whether the server answers: false until tlspool says so.</summary>
    internal bool IsReachable { get; private set; }

    /// <summary>Whether something may be asked now.</summary>
    internal bool IsOpen => IsConnected && IsReachable && link.IsReady;

    /// <summary>What tlspool says of itself and its server.</summary>
    internal IReadOnlyList<KeyValuePair<string, string>> Facts { get; private set; } = [];

    /// <summary>Starts to check tlspool every few seconds.</summary>
    internal void Watch() => timers.Schedule(TimeSpan.FromSeconds(SharingLimits.StateSeconds), CheckState);

    /// <summary>
    /// Takes note of the greeting. A tlspool that has just started greets before it has connected to its server, and
    /// fails what it is asked for: it is asked for nothing until it reports a connection.
    /// </summary>
    internal void Connect()
    {
        IsConnected = true;
        _followed = 0;
        _unansweredState = 0;
        AskForState();
    }

    /// <summary>Takes note that the connection is lost.</summary>
    internal void Disconnect()
    {
        IsConnected = false;
        IsReachable = false;
        Facts = [];
        _stateNumber = 0;
        _followNumber = 0;
    }

    /// <summary>Has tlspool announce what is stored under the generation in use.</summary>
    internal void Follow(uint generation, int lifeSeconds)
    {
        if (known is null || !IsConnected || _followed == generation)
        {
            return;
        }

        _followed = generation;
        known.Clear();
        _followNumber = link.NextNumber();
        link.Output.Follow(_followNumber, generation, lifeSeconds);
    }

    /// <summary>What is awaited under a number.</summary>
    internal ReplyKind KindOf(int number) =>
        number == _followNumber ? ReplyKind.Plain
        : number == _stateNumber ? ReplyKind.Facts
        : ReplyKind.Unknown;

    /// <summary>Takes the reply to <see cref="Follow"/>; false for another one.</summary>
    internal bool TryTakeReply(int number)
    {
        bool isTaken = number == _followNumber;
        _followNumber = isTaken ? 0 : _followNumber;
        return isTaken;
    }

    /// <summary>Takes the state of tlspool.</summary>
    internal void OnFacts(IReadOnlyList<KeyValuePair<string, string>> facts)
    {
        _stateNumber = 0;
        Facts = facts;
    }

    /// <summary>Takes the beginnings of names that were stored.</summary>
    internal void OnKnown(ReadOnlySpan<byte> prefixes)
    {
        for (; known is not null && !prefixes.IsEmpty; prefixes = prefixes[PrefixBytes..])
        {
            known.Add(BinaryPrimitives.ReadUInt64BigEndian(prefixes));
        }
    }

    /// <summary>Takes note whether the server answers.</summary>
    internal void OnReachable(bool isReachable) => IsReachable = isReachable;

    private void AskForState()
    {
        if (IsConnected && _stateNumber == 0 && link.IsReady)
        {
            _stateNumber = link.NextNumber();
            link.Output.State(_stateNumber);
        }
    }

    /// <summary>tlspool hangs when it has not said its state by the next question.</summary>
    private void CheckState()
    {
        Watch();
        if (IsConnected && _stateNumber != 0 && _stateNumber == _unansweredState)
        {
            link.Break("tlspool does not answer");
        }

        AskForState();
        _unansweredState = _stateNumber;
    }
}
