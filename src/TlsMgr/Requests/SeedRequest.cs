// request=seed size=N -> status, seed: N random bytes. The request that TLS cannot do without.

using System;
using System.Security.Cryptography;
using TlsMgr.Postfix.Protocol;
using TlsMgr.Random;
using TlsMgr.Serving;
using TlsMgr.Statistics;

namespace TlsMgr.Requests;

/// <summary>Gives random bytes to seed a client's generator.</summary>
internal sealed class SeedRequest(RandomPool pool, ServiceCounters counters, RequestFaults faults)
{
    /// <summary>The largest seed in bytes, as in the original.</summary>
    private const int LargestSeedBytes = 255;

    internal void Serve(ref AttributeReader reader, AttributeWriter reply)
    {
        Span<byte> room = stackalloc byte[LargestSeedBytes];
        Span<byte> seed = room[..0];
        RequestStatus status = RequestStatus.Fault;
        if (!reader.TryReadNumber(WireWords.Size, out uint number))
        {
            faults.Report(reader.Fault);
        }
        else if (faults.TryReadEnd(ref reader))
        {
            int size = unchecked((int)number);
            if (size is < 1 or > LargestSeedBytes)
            {
                faults.ReportBogusSeedLength(size);
            }
            else if (pool.TryFill(room[..size]))
            {
                seed = room[..size];
                status = RequestStatus.Ok;
                counters.Seeds++;
            }
        }

        reply.WriteNumber(CommonWords.Status, (int)status);
        reply.WriteData(WireWords.Seed, seed);
        reply.WriteEnd();
        CryptographicOperations.ZeroMemory(seed);
    }
}
