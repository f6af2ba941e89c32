// What is said and counted of faulty requests, and which faults still leave a request to serve.

using System;
using TlsMgr.Postfix.Logging;
using TlsMgr.Postfix.Protocol;
using TlsMgr.Statistics;

namespace TlsMgr.Serving;

/// <summary>Tells faults of requests to the log.</summary>
/// <param name="warnings">Takes the warnings.</param>
/// <param name="peer">What a client is called there: <c>tlsmgr socket</c>, or <c>unknown_stream</c> for -S.</param>
/// <param name="counters">Counts the faults.</param>
internal sealed class RequestFaults(FaultWarningLimiter warnings, string peer, CounterSet<FaultKind> counters)
{
    /// <summary>Tells what is wrong with the attributes of a message.</summary>
    internal void Report(AttributeFault fault)
    {
        counters.Count(KindOf(fault));
        if (fault.IsReported && warnings.HasRoom())
        {
            warnings.Write(fault.Describe(peer)!);
        }
    }

    /// <summary>
    /// Reads the end of an attribute list. An attribute too many is told, and the request is served all the same, as
    /// the original does; a stream that ended before the list did leaves nothing to serve.
    /// </summary>
    internal bool TryReadEnd(ref AttributeReader reader)
    {
        if (reader.TryReadEnd())
        {
            return true;
        }

        Report(reader.Fault);
        return reader.Fault.Kind == AttributeFaultKind.Unexpected;
    }

    /// <summary>Tells of a cache type that there is not.</summary>
    internal void ReportBogusCacheType(ReadOnlySpan<byte> type, ReadOnlySpan<byte> request)
    {
        if (CountBogus())
        {
            warnings.Write(
                $"bogus cache type \"{PrintableText.Quote(type)}\" in \"{PrintableText.Quote(request)}\" request");
        }
    }

    /// <summary>Tells of a seed length that cannot be given.</summary>
    internal void ReportBogusSeedLength(int length)
    {
        if (CountBogus())
        {
            warnings.Write($"bogus seed length \"{length}\" in \"seed\" request");
        }
    }

    /// <summary>Tells of a ticket key name of a wrong length.</summary>
    internal void ReportKeyNameLength(int length)
    {
        if (CountBogus())
        {
            warnings.Write($"invalid session ticket key name length: {length}");
        }
    }

    /// <summary>Counts a request that makes no sense; answers whether it may be told too.</summary>
    private bool CountBogus()
    {
        counters.Count(FaultKind.Bogus);
        return warnings.HasRoom();
    }

    private static FaultKind KindOf(AttributeFault fault) => fault.Kind switch
    {
        AttributeFaultKind.Missing => FaultKind.Missing,
        AttributeFaultKind.Unexpected => FaultKind.Unexpected,
        AttributeFaultKind.MalformedNumber or AttributeFaultKind.MalformedBase64 => FaultKind.Malformed,
        _ => FaultKind.Incomplete,
    };
}
