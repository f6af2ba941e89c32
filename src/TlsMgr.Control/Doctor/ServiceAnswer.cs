// What the running daemon says to a client that has just connected.

using System;
using System.Collections.Generic;
using TlsMgr.Control.Client;

namespace TlsMgr.Control.Doctor;

/// <summary>The first answers of the service.</summary>
internal sealed class ServiceAnswer
{
    private const int SeedBytes = 32;

    /// <summary>Why there is no answer; null when there is one.</summary>
    internal string? Failure { get; private init; }

    /// <summary>Whether the daemon spoke first.</summary>
    internal bool AnnouncesProtocol { get; private init; }

    /// <summary>Whether it gave a seed.</summary>
    internal bool HasSeed { get; private init; }

    /// <summary>How long the first reply took, from before the connection on.</summary>
    internal TimeSpan FirstReplyTime { get; private init; }

    /// <summary>The caches that it says it has.</summary>
    internal HashSet<string> Caches { get; private init; } = [];

    /// <summary>Asks for a seed and for the policy of each cache.</summary>
    internal static ServiceAnswer Get(string socket)
    {
        try
        {
            using ServiceConnection connection = ServiceConnection.Open(socket);
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

            return new ServiceAnswer
            {
                AnnouncesProtocol = connection.AnnouncesProtocol,
                HasSeed = seed.Status == 0 && seed.Seed.Length == SeedBytes,
                FirstReplyTime = firstReplyTime,
                Caches = caches,
            };
        }
        catch (NoAnswerException fault)
        {
            return new ServiceAnswer { Failure = fault.Message };
        }
    }
}
