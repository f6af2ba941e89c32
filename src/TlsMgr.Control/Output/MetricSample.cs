namespace TlsMgr.Control.Output;

/// <summary>One value of a metric.</summary>
/// <param name="Value">The value.</param>
/// <param name="Label">Its own label or labels; empty for none.</param>
/// <param name="Suffix">What follows the name of the metric: of a histogram alone.</param>
internal sealed record MetricSample(double Value, string Label = "", string Suffix = "");
