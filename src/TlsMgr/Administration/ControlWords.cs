// Every word of the control protocol, as the bytes on the wire. Figures have names of their own: see StatsRequest.
//
//   request                              reply, behind status
//   stats                                uptime.seconds, and a number for each figure
//   list cache_type after limit          id, size, stored, left of each session; next
//   delete cache_type cache_id           nothing
//   flush cache_type after               removed, next
//   keys                                 name, state, encrypts, decrypts of each key
//   rotate                               nothing
//
// after and next say how far a list or a flush has come: what the reply says as next is asked for as after; empty means
// the beginning, and the end. Status is that of the service: 0, -1 not found or not done, -2 fault or not enabled. The
// server says nothing first.

using System;

namespace TlsMgr.Administration;

/// <summary>Names and values of the control protocol.</summary>
internal static class ControlWords
{
    /// <summary>Asks for the figures.</summary>
    internal static ReadOnlySpan<byte> Stats => "stats"u8;

    /// <summary>Asks for what a cache holds.</summary>
    internal static ReadOnlySpan<byte> List => "list"u8;

    /// <summary>Asks to forget one session.</summary>
    internal static ReadOnlySpan<byte> Delete => "delete"u8;

    /// <summary>Asks to forget all sessions of a cache.</summary>
    internal static ReadOnlySpan<byte> Flush => "flush"u8;

    /// <summary>Asks for the ticket keys, without their secrets.</summary>
    internal static ReadOnlySpan<byte> Keys => "keys"u8;

    /// <summary>Asks for a new ticket key.</summary>
    internal static ReadOnlySpan<byte> Rotate => "rotate"u8;

    /// <summary>Which cache.</summary>
    internal static ReadOnlySpan<byte> CacheType => "cache_type"u8;

    /// <summary>Which session of it.</summary>
    internal static ReadOnlySpan<byte> CacheId => "cache_id"u8;

    /// <summary>Where to go on: data.</summary>
    internal static ReadOnlySpan<byte> After => "after"u8;

    /// <summary>How many sessions are wanted; the reply may hold fewer and still not be the last.</summary>
    internal static ReadOnlySpan<byte> Limit => "limit"u8;

    /// <summary>Where the next request goes on: data; empty when there is no more.</summary>
    internal static ReadOnlySpan<byte> Next => "next"u8;

    /// <summary>How many sessions were removed.</summary>
    internal static ReadOnlySpan<byte> Removed => "removed"u8;

    /// <summary>The cache id of a session.</summary>
    internal static ReadOnlySpan<byte> Id => "id"u8;

    /// <summary>Its size in bytes.</summary>
    internal static ReadOnlySpan<byte> Size => "size"u8;

    /// <summary>When it was stored, in seconds since 1970.</summary>
    internal static ReadOnlySpan<byte> Stored => "stored"u8;

    /// <summary>For how many seconds it can still be found.</summary>
    internal static ReadOnlySpan<byte> Left => "left"u8;

    /// <summary>The name of a ticket key, in hexadecimal.</summary>
    internal static ReadOnlySpan<byte> Name => "name"u8;

    /// <summary>Whether it is the current or the previous one.</summary>
    internal static ReadOnlySpan<byte> State => "state"u8;

    /// <summary>For how many seconds it encrypts.</summary>
    internal static ReadOnlySpan<byte> Encrypts => "encrypts"u8;

    /// <summary>For how many seconds it decrypts.</summary>
    internal static ReadOnlySpan<byte> Decrypts => "decrypts"u8;

    /// <summary>Seconds since the daemon's start.</summary>
    internal static ReadOnlySpan<byte> UpTime => "uptime.seconds"u8;
}
