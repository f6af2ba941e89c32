using System.IO;
using System.Linq;
using TlsMgr.Control.Client;

namespace TlsMgr.Control.Output;

/// <summary>Notes below the table of the caches: why a cache is not on, and what is normal.</summary>
internal static class CacheNotes
{
    /// <summary>Below, the hit ratio looks like a fault.</summary>
    private const double LowRatio = 0.1;

    private const int Indent = 2;

    /// <summary>Writes a line for each cache with a reason, and one for a hit ratio that tickets explain.</summary>
    internal static void Write(DaemonReport report, TextWriter output, int width)
    {
        foreach (CacheInfo cache in report.Info.Caches.Where(static cache => cache.Reason.Length > 0))
        {
            WrappedText.WriteSentence(output, $"{cache.Name} is {cache.State}: {cache.Reason}", Indent, width);
        }

        if (TicketNote(report) is { } note)
        {
            WrappedText.WriteSentence(output, note, Indent, width);
        }
    }

    /// <summary>
    /// Why few lookups of smtpd(8) find a session while ticket keys are issued; null when there is nothing to explain.
    /// </summary>
    internal static string? TicketNote(DaemonReport report) =>
        report.Figures.HitRatio("smtpd") is < LowRatio && report.Figures["keys.issued"] is > 0
            ? "smtpd: a hit ratio near 0 is normal with session tickets: clients that hold one resume without a lookup"
            : null;
}
