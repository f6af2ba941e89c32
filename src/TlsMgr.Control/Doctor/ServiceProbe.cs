using System;
using System.Collections.Generic;
using TlsMgr.Control.Client;

namespace TlsMgr.Control.Doctor;

/// <summary>The replies of the running daemon to a new client.</summary>
internal sealed class ServiceProbe
{
    private const int SeedBytes = 32;

    /// <summary>Why there is no reply; null when there is one.</summary>
    internal string? Failure { get; private init; }

    /// <summary>Whether somebody listens on the socket.</summary>
    internal bool IsConnected { get; private init; }

    /// <summary>Whether the daemon announced its protocol.</summary>
    internal bool AnnouncesProtocol { get; private init; }

    /// <summary>Whether it sent a seed.</summary>
    internal bool HasSeed { get; private init; }

    /// <summary>The time of the first reply, including the connection.</summary>
    internal TimeSpan FirstReplyTime { get; private init; }

    /// <summary>The caches that are available.</summary>
    internal HashSet<string> Caches { get; private init; } = [];

    /// <summary>Requests a seed and the policy of each cache.</summary>
    internal static ServiceProbe Run(string socket)
    {
        bool isConnected = false;
        try
        {
            return NoReplyException.OrAgain(() =>
            {
                isConnected = false;
                using ServiceConnection connection = ServiceConnection.Open(socket);
                isConnected = true;
                return Ask(connection);
            });
        }
        catch (NoReplyException fault)
        {
            return new ServiceProbe { Failure = fault.Message, IsConnected = isConnected };
        }
    }

    private static ServiceProbe Ask(ServiceConnection connection)
    {
        SeedReply seed = ServiceRequests.Seed(connection, SeedBytes);
        TimeSpan firstReplyTime = connection.ReplyTime;
        HashSet<string> caches = [];
        foreach (string cache in new[] { "smtpd", "smtp", "lmtp" })
        {
            if (ServiceRequests.Policy(connection, cache).IsCachable)
            {
                caches.Add(cache);
            }
        }

        return new ServiceProbe
        {
            IsConnected = true,
            AnnouncesProtocol = connection.AnnouncesProtocol,
            HasSeed = seed.Status == 0,
            FirstReplyTime = firstReplyTime,
            Caches = caches,
        };
    }
}
