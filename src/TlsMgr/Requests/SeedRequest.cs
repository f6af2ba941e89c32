// request=seed size=N -> status, seed: N random bytes, 1 to 255. Postfix cannot use TLS without this request.

using System;
using System.Security.Cryptography;
using TlsMgr.Postfix.Protocol;
using TlsMgr.Random;
using TlsMgr.Requests.Common;
using TlsMgr.Statistics;

namespace TlsMgr.Requests;

/// <summary>Returns random bytes that seed a client's generator.</summary>
internal sealed class SeedRequest(RandomPool pool, ServiceCounters counters, RequestFaults faults)
{
    /// <summary>The maximum size of a seed in bytes, as in Postfix's tlsmgr.</summary>
    private const int MaximumSeedBytes = 255;

    internal void Serve(ref AttributeReader reader, AttributeWriter reply)
    {
        Span<byte> buffer = stackalloc byte[MaximumSeedBytes];
        Span<byte> seed = buffer[..0];
        RequestStatus status = RequestStatus.Fault;
        if (!reader.TryReadNumber(WireWords.Size, out uint number))
        {
            faults.Report(reader.Fault);
        }
        else if (faults.TryReadEnd(ref reader))
        {
            int size = unchecked((int)number);
            if (size is < 1 or > MaximumSeedBytes)
            {
                faults.ReportBogusSeedLength(size);
            }
            else if (pool.TryFill(buffer[..size]))
            {
                seed = buffer[..size];
                status = RequestStatus.Ok;
                counters.Seeds++;
            }
            else
            {
                // As Postfix since 3.7.22, 3.11.6 and 3.12; it returned status 0 with an empty seed before.
                status = RequestStatus.Error;
            }
        }

        reply.WriteNumber(CommonWords.Status, (int)status);
        reply.WriteData(WireWords.Seed, seed);
        reply.WriteEnd();
        CryptographicOperations.ZeroMemory(seed);
    }
}
