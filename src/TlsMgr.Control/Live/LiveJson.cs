using System.IO;
using System.Linq;
using TlsMgr.Control.Output;

namespace TlsMgr.Control.Live;

/// <summary>The rates of a sample as JSON: the counters per second, with their names of the control protocol.</summary>
internal static class LiveJson
{
    /// <summary>Writes one object.</summary>
    internal static void Write(LiveSample sample, TextWriter output) => JsonText.Write(output, writer =>
    {
        writer.WriteStartObject();
        writer.WriteNumber("interval_seconds", decimal.Round((decimal)sample.Interval.TotalSeconds, 3));
        writer.WriteStartObject("per_second");
        foreach (string figure in sample.Report.Figures.Names.Where(MetricTable.IsCounter))
        {
            if (sample.Rates?.PerSecond(figure) is { } perSecond)
            {
                writer.WriteNumber(figure, decimal.Round((decimal)perSecond, 3));
            }
            else
            {
                writer.WriteNull(figure);
            }
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    });
}
