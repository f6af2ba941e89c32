using System;
using Shouldly;
using TlsMgr.Testing;

namespace TlsMgr.Daemon.Tests.Faults;

/// <summary>
/// Requests for one session in the cache of smtpd and their replies, to check that the cache works; <c>|</c> stands for
/// NUL.
/// </summary>
internal static class OneSession
{
    internal const string Policy = "request|policy|cache_type|smtpd||";
    internal const string Cachable = "status|0|cachable|1|timeout|3600||";
    internal const string NotCachable = "status|0|cachable|0|timeout|3600||";

    internal const string Store = "request|update|cache_type|smtpd|cache_id|x|session|QUJD||";
    internal const string Stored = "status|0||";
    internal const string Refused = "status|4294967294||";

    internal const string Find = "request|lookup|cache_type|smtpd|cache_id|x||";
    internal const string Found = "status|0|session|QUJD||";
    internal const string NotFound = "status|4294967295|session|||";

    /// <summary>Makes the cache large: stores others, <c>id-0</c> and so on. Returns the client.</summary>
    internal static AttributeClient StoreMany(RunningDaemon daemon, int count)
    {
        AttributeClient client = daemon.Connect();
        client.ReadList();
        string session = Convert.ToBase64String(new byte[1500]);
        for (int i = 0; i < count; i++)
        {
            RunningDaemon.Ask(client, $"request|update|cache_type|smtpd|cache_id|id-{i}|session|{session}||")
                .ShouldBe(Stored);
        }

        return client;
    }
}
