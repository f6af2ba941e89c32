// The protocol between tlsmgr(8) and tlspool(8): the attribute protocol of Postfix, with replies in any order.
//   greeting   protocol=tlspool_protocol version=1
//   request=get    number=N key=TEXT                               -> number=N status=S value=BASE64
//   request=put    number=N key=TEXT milliseconds=M value=BASE64   -> number=N status=S
//   request=drop   number=N key=TEXT                               -> number=N status=S
//   request=follow number=N generation=G seconds=P                 -> number=N status=S
//   request=state  number=N                                        -> number=N status=S state=... (see StateReply)
//   unsolicited    number=0 status=0 known=BASE64; number=0 status=0 reachable=0|1 reason=TEXT

using System;

namespace TlsMgr.Pool.Serving;

/// <summary>The words of the protocol.</summary>
internal static class PoolWords
{
    internal static ReadOnlySpan<byte> Protocol => "protocol"u8;

    internal static ReadOnlySpan<byte> ProtocolName => "tlspool_protocol"u8;

    internal static ReadOnlySpan<byte> Version => "version"u8;

    internal static ReadOnlySpan<byte> Request => "request"u8;

    internal static ReadOnlySpan<byte> Number => "number"u8;

    internal static ReadOnlySpan<byte> Key => "key"u8;

    internal static ReadOnlySpan<byte> Value => "value"u8;

    internal static ReadOnlySpan<byte> Milliseconds => "milliseconds"u8;

    internal static ReadOnlySpan<byte> Generation => "generation"u8;

    internal static ReadOnlySpan<byte> Seconds => "seconds"u8;

    internal static ReadOnlySpan<byte> Status => "status"u8;

    internal static ReadOnlySpan<byte> Known => "known"u8;

    internal static ReadOnlySpan<byte> Reachable => "reachable"u8;

    internal static ReadOnlySpan<byte> Reason => "reason"u8;
}

/// <summary>The status of a reply.</summary>
internal enum PoolStatus
{
    /// <summary>Done.</summary>
    Done = 0,

    /// <summary>Not found, nothing to remove.</summary>
    NotFound = -1,

    /// <summary>The server did not do it.</summary>
    Failed = -2,
}
