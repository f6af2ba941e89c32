using System;
using TlsMgr.Postfix.Logging;
using TlsMgr.Postfix.Protocol;
using TlsMgr.Statistics;

namespace TlsMgr.Requests.Common;

/// <summary>Logs and counts faulty requests, and decides which of them are served.</summary>
/// <param name="warnings">Receives the warnings.</param>
/// <param name="peer">The name of a client in the log: <c>tlsmgr socket</c>; with -S <c>unknown_stream</c>.</param>
/// <param name="counters">Counts the faults.</param>
internal sealed class RequestFaults(FaultWarningLimiter warnings, string peer, CounterSet<FaultKind> counters)
{
    /// <summary>Reports a fault in the attributes of a message.</summary>
    internal void Report(AttributeFault fault)
    {
        counters.Count(KindOf(fault));
        if (fault.IsReported && warnings.TryAdmit())
        {
            warnings.Write(fault.Describe(peer)!);
        }
    }

    /// <summary>
    /// Reads the end of an attribute list. An additional attribute is logged and the request is served, as in Postfix's
    /// tlsmgr; after a stream that ended inside the list there is no request to serve.
    /// </summary>
    /// <returns>Whether the request is to be served.</returns>
    internal bool TryReadEnd(ref AttributeReader reader)
    {
        if (reader.TryReadEnd())
        {
            return true;
        }

        Report(reader.Fault);
        return reader.Fault.Kind == AttributeFaultKind.Unexpected;
    }

    /// <summary>Reports an unknown cache type.</summary>
    internal void ReportBogusCacheType(ReadOnlySpan<byte> type, ReadOnlySpan<byte> request)
    {
        if (CountBogus())
        {
            warnings.Write(
                $"bogus cache type \"{PrintableText.Quote(type)}\" in \"{PrintableText.Quote(request)}\" request");
        }
    }

    /// <summary>Reports a seed length outside the allowed range.</summary>
    internal void ReportBogusSeedLength(int length)
    {
        if (CountBogus())
        {
            warnings.Write($"bogus seed length \"{length}\" in \"seed\" request");
        }
    }

    /// <summary>Reports a ticket key name of a wrong length.</summary>
    internal void ReportKeyNameLength(int length)
    {
        if (CountBogus())
        {
            warnings.Write($"invalid session ticket key name length: {length}");
        }
    }

    /// <summary>Counts a request with a bogus value; returns whether its warning may be written.</summary>
    private bool CountBogus()
    {
        counters.Count(FaultKind.Bogus);
        return warnings.TryAdmit();
    }

    private static FaultKind KindOf(AttributeFault fault) => fault.Kind switch
    {
        AttributeFaultKind.Missing => FaultKind.Missing,
        AttributeFaultKind.Unexpected => FaultKind.Unexpected,
        AttributeFaultKind.MalformedNumber or AttributeFaultKind.MalformedBase64 => FaultKind.Malformed,
        _ => FaultKind.Incomplete,
    };
}
