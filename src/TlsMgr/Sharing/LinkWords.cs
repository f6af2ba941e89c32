// The protocol between tlsmgr and tlspool: attribute lists on one stream, with a greeting of tlspool.
//
//   get number key, put number key milliseconds value, drop number key, follow number generation seconds, state number
//   -> number status, with value for get, and with a text for each fact for state
//   unasked: number 0, status 0, known or reachable and reason

using System;

namespace TlsMgr.Sharing;

/// <summary>Names and values of the protocol.</summary>
internal static class LinkWords
{
    internal static ReadOnlySpan<byte> Protocol => "protocol"u8;

    internal static ReadOnlySpan<byte> ProtocolName => "tlspool_protocol"u8;

    internal static ReadOnlySpan<byte> Version => "version"u8;

    internal static ReadOnlySpan<byte> VersionNumber => "1"u8;

    internal static ReadOnlySpan<byte> Request => "request"u8;

    internal static ReadOnlySpan<byte> Get => "get"u8;

    internal static ReadOnlySpan<byte> Put => "put"u8;

    internal static ReadOnlySpan<byte> Drop => "drop"u8;

    internal static ReadOnlySpan<byte> Follow => "follow"u8;

    internal static ReadOnlySpan<byte> State => "state"u8;

    internal static ReadOnlySpan<byte> Number => "number"u8;

    internal static ReadOnlySpan<byte> Key => "key"u8;

    internal static ReadOnlySpan<byte> Milliseconds => "milliseconds"u8;

    internal static ReadOnlySpan<byte> Value => "value"u8;

    internal static ReadOnlySpan<byte> Generation => "generation"u8;

    internal static ReadOnlySpan<byte> Seconds => "seconds"u8;

    internal static ReadOnlySpan<byte> Status => "status"u8;

    internal static ReadOnlySpan<byte> Known => "known"u8;

    internal static ReadOnlySpan<byte> Reachable => "reachable"u8;

    internal static ReadOnlySpan<byte> Reason => "reason"u8;
}

/// <summary>The status of a reply.</summary>
internal enum LinkStatus
{
    /// <summary>Done.</summary>
    Done = 0,

    /// <summary>Not found.</summary>
    NotFound = -1,

    /// <summary>The server has not done it.</summary>
    Failed = -2,
}
