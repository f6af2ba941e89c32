// The protocol between tlsmgr(8) and tlspool(8): attribute lists on one stream, with a greeting of tlspool, and replies
// in any order.
//   greeting   protocol=tlspool_protocol version=1
//   request=get    number=N key=TEXT                               -> number=N status=S value=BASE64
//   request=put    number=N key=TEXT milliseconds=M value=BASE64   -> number=N status=S
//   request=drop   number=N key=TEXT                               -> number=N status=S
//   request=follow number=N generation=G seconds=P                 -> number=N status=S
//   request=state  number=N                                        -> number=N status=S, and a text for each fact
//   unsolicited    number=0 status=0 known=BASE64; number=0 status=0 reachable=0|1 reason=TEXT

using System;

namespace TlsMgr.Postfix.Protocol;

/// <summary>Names and values of the protocol between tlsmgr(8) and tlspool(8).</summary>
public static class PoolWords
{
    /// <summary>The greeting's first name.</summary>
    public static ReadOnlySpan<byte> Protocol => "protocol"u8;

    /// <summary>The protocol's own name.</summary>
    public static ReadOnlySpan<byte> ProtocolName => "tlspool_protocol"u8;

    /// <summary>The greeting's second name.</summary>
    public static ReadOnlySpan<byte> Version => "version"u8;

    /// <summary>The version of the protocol.</summary>
    public static ReadOnlySpan<byte> VersionNumber => "1"u8;

    /// <summary>The name of each request's verb.</summary>
    public static ReadOnlySpan<byte> Request => "request"u8;

    /// <summary>The verb that asks for a value.</summary>
    public static ReadOnlySpan<byte> Get => "get"u8;

    /// <summary>The verb that stores a value.</summary>
    public static ReadOnlySpan<byte> Put => "put"u8;

    /// <summary>The verb that removes a key.</summary>
    public static ReadOnlySpan<byte> Drop => "drop"u8;

    /// <summary>The verb that subscribes to what other hosts store.</summary>
    public static ReadOnlySpan<byte> Follow => "follow"u8;

    /// <summary>The verb that asks for facts.</summary>
    public static ReadOnlySpan<byte> State => "state"u8;

    /// <summary>The number of a request, and of its reply.</summary>
    public static ReadOnlySpan<byte> Number => "number"u8;

    /// <summary>The name of a value in the server, without tlspool's prefix.</summary>
    public static ReadOnlySpan<byte> Key => "key"u8;

    /// <summary>The life of a value.</summary>
    public static ReadOnlySpan<byte> Milliseconds => "milliseconds"u8;

    /// <summary>A value.</summary>
    public static ReadOnlySpan<byte> Value => "value"u8;

    /// <summary>The generation of the pool's secret whose keys are announced.</summary>
    public static ReadOnlySpan<byte> Generation => "generation"u8;

    /// <summary>How long announcements count.</summary>
    public static ReadOnlySpan<byte> Seconds => "seconds"u8;

    /// <summary>The result of a request: see <see cref="PoolReplyStatus"/>.</summary>
    public static ReadOnlySpan<byte> Status => "status"u8;

    /// <summary>Announced sessions.</summary>
    public static ReadOnlySpan<byte> Known => "known"u8;

    /// <summary>Whether requests reach the server.</summary>
    public static ReadOnlySpan<byte> Reachable => "reachable"u8;

    /// <summary>Why they do not.</summary>
    public static ReadOnlySpan<byte> Reason => "reason"u8;
}
