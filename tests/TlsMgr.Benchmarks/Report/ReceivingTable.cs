using System;
using System.Globalization;
using System.IO;
using TlsMgr.Benchmarks.Load;
using TlsMgr.Benchmarks.Measures;
using TlsMgr.Benchmarks.Servers;

namespace TlsMgr.Benchmarks.Report;

/// <summary>The ratios of the recorded mix, for which there is no target.</summary>
internal static class ReceivingTable
{
    /// <summary>What the mix is, a paragraph.</summary>
    internal static readonly string[] Description =
    [
        "receiving plays what smtpd processes ask for where mail is received, as `make record` recorded it from",
        "400 connections (`fixtures/receiving`): of 100 requests 65 are seeds, 29 updates with sessions of 140 bytes, and 3",
        "lookups. As in an installation with default settings, master.cf gives session tickets everywhere. This build",
        "then does not keep sessions of TLS 1.3, nine of ten updates; the other daemons do. Requests/s and CPU of this",
        "build, without a target:",
    ];

    internal static void Write(Results results, TextWriter output)
    {
        MarkdownTable table = new(
            "receiving", "requests/s against C btree", "against C lmdb", "against the baseline", "CPU against C btree",
            "against the baseline");
        foreach (int connections in Throughput.ConnectionCounts)
        {
            table.Add(
                connections == 1 ? "1 connection" : $"{connections.ToString(CultureInfo.InvariantCulture)} connections",
                Rate(ServerDefinition.Btree), Rate(ServerDefinition.Lmdb), Rate(results.Baseline),
                Cpu(ServerDefinition.Btree), Cpu(results.Baseline));

            string Rate(ServerDefinition other) => Ratio(other, static result => result.RequestsPerSecond);
            string Cpu(ServerDefinition other) => Ratio(other, static result => result.ServerMicroseconds);
            string Ratio(ServerDefinition other, Func<LoadResult, double> figure) => Format.Ratio(
                results.Throughput.Of(results.Ours, Verbs.Receiving, connections, figure)
                    .RatioTo(results.Throughput.Of(other, Verbs.Receiving, connections, figure)));
        }

        table.Write(output);
    }
}
