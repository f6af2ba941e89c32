// request=stats -> status, uptime.seconds, and a number for each counter. Names have the form group.counter:
// requests.seed, faults.bogus, connections.now, seeds, keys.issued, slowest.microseconds, request_time.le_50,
// cache.smtpd.lookups.

using System.Collections.Generic;
using System.Text;
using TlsMgr.Postfix.Protocol;
using TlsMgr.Requests.Common;
using TlsMgr.Sessions;

namespace TlsMgr.Administration;

/// <summary>Returns the statistics.</summary>
internal sealed class StatsRequest(ServiceStatistics statistics, RequestFaults faults)
{
    internal int Serve(ref AttributeReader reader, AttributeWriter reply)
    {
        if (!faults.TryReadEnd(ref reader))
        {
            return DeferredReply.WriteNow(RequestStatus.Fault, reply);
        }

        reply.WriteNumber(CommonWords.Status, (int)RequestStatus.Ok);
        reply.WriteLong(ControlWords.UpTime, (long)statistics.UpTime.TotalSeconds);
        Write("requests", statistics.Requests, reply);
        Write("faults", statistics.Faults, reply);
        Write("connections", statistics.Connections, reply);
        reply.WriteLong("seeds"u8, statistics.Seeds);
        Write("keys", statistics.TicketKeys, reply);
        Write("pool", statistics.Pool, reply);
        Write("sharing", statistics.Sharing, reply);
        reply.WriteLong("slowest.microseconds"u8, (long)statistics.SlowestRequest.TotalMicroseconds);
        Write("request_time", statistics.RequestTimes, reply);
        foreach (SessionCache cache in statistics.Caches)
        {
            Write($"cache.{cache.Name}", ServiceStatistics.Of(cache), reply);
        }

        reply.WriteEnd();
        return 0;
    }

    private static void Write(string group, IEnumerable<KeyValuePair<string, long>> counters, AttributeWriter reply)
    {
        foreach ((string name, long value) in counters)
        {
            reply.WriteLong(Encoding.UTF8.GetBytes($"{group}.{name}"), value);
        }
    }
}
