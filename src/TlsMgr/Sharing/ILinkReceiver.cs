using System;
using System.Collections.Generic;
using TlsMgr.Postfix.Protocol;

namespace TlsMgr.Sharing;

/// <summary>Receives what tlspool sends.</summary>
internal interface ILinkReceiver
{
    /// <summary>What is awaited under a number.</summary>
    ReplyKind KindOf(int number);

    /// <summary>A reply to a request.</summary>
    /// <param name="number">The number of the request.</param>
    /// <param name="status">Its status.</param>
    /// <param name="value">The value of a reply of that kind; valid during the call.</param>
    void OnReply(int number, PoolReplyStatus status, ReadOnlySpan<byte> value);

    /// <summary>The reply to a request for the state of tlspool.</summary>
    void OnFacts(IReadOnlyList<KeyValuePair<string, string>> facts);

    /// <summary>The first bytes of names that were stored in the pool, 8 of each.</summary>
    void OnKnown(ReadOnlySpan<byte> prefixes);

    /// <summary>Whether the server answers now.</summary>
    void OnReachable(bool isReachable, string reason);

    /// <summary>A message that is dropped.</summary>
    void OnUnexpected();
}
