// Every word of the control protocol, as bytes on the wire. For the names of facts and
// statistics see DaemonDescription and StatsRequest.
//
//   request                              reply, after status
//   info                                 a text for each fact, and state, reason, database, timeout of each cache
//   stats                                uptime.seconds, and a number for each counter
//   list cache_type after limit          id, size, stored, left of each session; next
//   delete cache_type cache_id           nothing
//   flush cache_type after               removed, next
//   keys                                 name, state, encrypts, decrypts of each key
//   rotate                               nothing
//   rotate_now                           nothing
//   pool                                 a text for each fact of the pool: see PoolRequests
//   pool_rotate delay                    generation, at
//   pool_revoke                          generation
//   pool_leave                           nothing
//
// after and next are the position of a list or a flush: the client sends the next of a reply as the after of its next
// request. An empty after is the beginning, an empty next the end. Status is that of the service: 0, -1 not found or
// not done, -2 fault or not enabled. The server sends no greeting.

using System;

namespace TlsMgr.Administration;

/// <summary>Names and values of the control protocol.</summary>
internal static class ControlWords
{
    /// <summary>Describes the daemon and its caches.</summary>
    internal static ReadOnlySpan<byte> Info => "info"u8;

    /// <summary>Returns the statistics.</summary>
    internal static ReadOnlySpan<byte> Stats => "stats"u8;

    /// <summary>Lists the sessions of a cache.</summary>
    internal static ReadOnlySpan<byte> List => "list"u8;

    /// <summary>Removes one session.</summary>
    internal static ReadOnlySpan<byte> Delete => "delete"u8;

    /// <summary>Removes all sessions of a cache, a step per request.</summary>
    internal static ReadOnlySpan<byte> Flush => "flush"u8;

    /// <summary>Lists the ticket keys, without their secrets.</summary>
    internal static ReadOnlySpan<byte> Keys => "keys"u8;

    /// <summary>Creates a new ticket key.</summary>
    internal static ReadOnlySpan<byte> Rotate => "rotate"u8;

    /// <summary>Creates a new ticket key, and erases all others.</summary>
    internal static ReadOnlySpan<byte> RotateNow => "rotate_now"u8;

    /// <summary>Describes the pool.</summary>
    internal static ReadOnlySpan<byte> Pool => "pool"u8;

    /// <summary>Adds a secret to the pool, which follows the one in use.</summary>
    internal static ReadOnlySpan<byte> PoolRotate => "pool_rotate"u8;

    /// <summary>Replaces all secrets of the pool at once.</summary>
    internal static ReadOnlySpan<byte> PoolRevoke => "pool_revoke"u8;

    /// <summary>Erases the secrets of the pool.</summary>
    internal static ReadOnlySpan<byte> PoolLeave => "pool_leave"u8;

    /// <summary>Seconds until a secret is to be used.</summary>
    internal static ReadOnlySpan<byte> Delay => "delay"u8;

    /// <summary>The number of a secret of the pool.</summary>
    internal static ReadOnlySpan<byte> Generation => "generation"u8;

    /// <summary>The time from which a secret is used, in seconds since 1970.</summary>
    internal static ReadOnlySpan<byte> At => "at"u8;

    /// <summary>The type of a cache: smtpd, smtp or lmtp.</summary>
    internal static ReadOnlySpan<byte> CacheType => "cache_type"u8;

    /// <summary>The cache id of the session to remove.</summary>
    internal static ReadOnlySpan<byte> CacheId => "cache_id"u8;

    /// <summary>The position to continue from: data.</summary>
    internal static ReadOnlySpan<byte> After => "after"u8;

    /// <summary>The maximum number of sessions in the reply; a reply with fewer is not always the last.</summary>
    internal static ReadOnlySpan<byte> Limit => "limit"u8;

    /// <summary>The position from which the next request continues: data; empty at the end.</summary>
    internal static ReadOnlySpan<byte> Next => "next"u8;

    /// <summary>The number of sessions removed.</summary>
    internal static ReadOnlySpan<byte> Removed => "removed"u8;

    /// <summary>The cache id of a session.</summary>
    internal static ReadOnlySpan<byte> Id => "id"u8;

    /// <summary>The size of a session in bytes.</summary>
    internal static ReadOnlySpan<byte> Size => "size"u8;

    /// <summary>The time when a session was stored, in seconds since 1970.</summary>
    internal static ReadOnlySpan<byte> Stored => "stored"u8;

    /// <summary>The seconds until a session expires.</summary>
    internal static ReadOnlySpan<byte> Left => "left"u8;

    /// <summary>The name of a ticket key, in hexadecimal.</summary>
    internal static ReadOnlySpan<byte> Name => "name"u8;

    /// <summary>The state of a ticket key: current or previous.</summary>
    internal static ReadOnlySpan<byte> State => "state"u8;

    /// <summary>The seconds for which a ticket key still encrypts.</summary>
    internal static ReadOnlySpan<byte> Encrypts => "encrypts"u8;

    /// <summary>The seconds for which a ticket key still decrypts.</summary>
    internal static ReadOnlySpan<byte> Decrypts => "decrypts"u8;

    /// <summary>Seconds since the daemon's start.</summary>
    internal static ReadOnlySpan<byte> UpTime => "uptime.seconds"u8;
}
