using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;

namespace TlsMgr.Rig.Pool;

/// <summary>Shows a pool to a person: host by host, new or reused, with the fingerprints.</summary>
internal sealed class PoolTable(PoolRig rig, TextWriter output, CancellationToken cancellation)
{
    internal void Run()
    {
        output.WriteLine(
            $"{rig.Hosts.Count} hosts with Postfix {rig.Distribution.Release.Version}, each with a name, a certificate and"
            + " a clock of its own.");
        output.WriteLine("A client takes a ticket at each and offers it at each.");
        WriteTickets("Without a pool:");
        rig.Share(cancellation);
        WriteTickets("In a pool, clocks equal:");
        rig.SetClocks(TimeSpan.Zero, PoolRig.Skew / 2, PoolRig.Skew, TimeSpan.Zero);
        rig.AdvanceTo(PoolRig.Period - (PoolRig.Skew / 2) + TimeSpan.FromSeconds(10));
        WriteTickets("In a pool, at the border of two periods, clocks 0, S/2 and S ahead:");
        WriteStatus();
        foreach (PoolHost host in rig.Hosts)
        {
            host.Reload(cancellation);
        }

        WriteTickets("The same after postfix reload at all hosts:");
        rig.Hosts[0].RequireTool(["pool", "rotate", "--now"], cancellation);
        WriteTickets("The secret replaced at A, and the others have not joined yet:");
        WriteStatus();
    }

    private void WriteTickets(string title)
    {
        TicketMatrix matrix = rig.ExchangeTickets(cancellation);
        TextTable table = new(["ticket of", "version", .. rig.Hosts.Select(static host => $"at {host.Name}")]);
        foreach (IGrouping<Ticket, Offered> row in matrix.All.GroupBy(static offered => offered.Ticket))
        {
            table.Add(
                [
                    row.Key.Issuer.Name, PoolClient.NameOf(row.Key.Version),
                    .. row.Select(static offered => offered.IsResumed ? "reused" : "new"),
                ]);
        }

        output.WriteLine();
        output.WriteLine(title);
        table.Write(output);
    }

    private void WriteStatus()
    {
        TextTable table = new("host", "clock", "shares", "generation", "period", "fingerprint", "policy");
        foreach (PoolHost host in rig.Hosts)
        {
            using JsonDocument status = JsonDocument.Parse(
                host.Tool(["pool", "status", "--json"], cancellation).Output);
            table.Add(
                host.Name, string.Create(CultureInfo.InvariantCulture, $"{host.Clock.Ahead.TotalSeconds:+0;-0;0} s"),
                status.RootElement.GetProperty("shares").GetBoolean() ? "yes" : "no", Text(status, "generation"),
                Text(status, "period"), Text(status, "fingerprint"), Text(status, "policy"));
        }

        output.WriteLine();
        output.WriteLine("tlsmgrctl pool status:");
        table.Write(output);
    }

    private static string Text(JsonDocument status, string name) =>
        status.RootElement.TryGetProperty(name, out JsonElement value) ? value.ToString() : "";
}
