namespace TlsMgr.Control.Output;

/// <summary>One metric of Prometheus.</summary>
/// <param name="Figure">The figure or group that it shows; of a cache, without the cache.</param>
/// <param name="Name">Its name: the unit stands last, and for counters _total.</param>
/// <param name="Type">counter, gauge or histogram.</param>
/// <param name="Help">A sentence.</param>
/// <param name="Label">The label for the members of a group; empty for a single figure.</param>
/// <param name="Divisor">What a figure is divided by to get the unit of Prometheus.</param>
internal sealed record Metric(
    string Figure, string Name, string Type, string Help, string Label = "", double Divisor = 1);
