// Two private instances as two hosts that share a pool. A ticket is named by its issuer and by when it was issued:
// before or behind the change of the second host.

using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using TlsMgr.Rig.Scenarios;

namespace TlsMgr.Rig.Trust;

/// <summary>The rig of the cases of a pool.</summary>
internal sealed class PoolTrustRig : IDisposable
{
    private readonly Rig _rig;
    private readonly TrustFiles _files;
    private readonly PoolTrustHost _first;
    private readonly PoolTrustHost _second;

    private PoolTrustRig(Rig rig, CancellationToken cancellation)
    {
        _rig = rig;
        _files = TrustFiles.Create(rig, cancellation);
        _first = new PoolTrustHost("A", rig.Receiver, rig.Scenarios, rig.Certificates);
        string directory = Path.Combine(rig.DirectoryPath, "second");
        WorkArea.CreateOpenDirectory(directory);
        _second = new PoolTrustHost(
            "B", rig.Sender, Scenario.All(Rig.FreePorts(Scenario.Count)),
            Certificates.Create(rig.Distribution, directory, cancellation));
    }

    private IEnumerable<PoolTrustHost> Hosts => [_first, _second];

    /// <summary>Starts both hosts, and has the second join the pool of the first.</summary>
    internal static PoolTrustRig Start(string tlsMgr, CancellationToken cancellation)
    {
        Rig rig = Rig.Start(tlsMgr, cancellation);
        try
        {
            PoolTrustRig poolRig = new(rig, cancellation);
            poolRig.Share(Path.Combine(Path.GetDirectoryName(tlsMgr)!, "tlsmgrctl"), cancellation);
            return poolRig;
        }
        catch
        {
            rig.Dispose();
            throw;
        }
    }

    /// <summary>The scenarios that use tickets: of TLS 1.2, and of TLS 1.3, which the short form has.</summary>
    internal static IReadOnlyList<int> ScenarioIndexes { get; } = [1, 2];

    /// <summary>The title of a scenario.</summary>
    internal string TitleOf(int scenarioIndex) => _rig.Scenarios[scenarioIndex].Title;

    /// <summary>Runs a case; returns what is not as it should be, or null.</summary>
    internal string? FindFault(PoolTrustCase poolCase, int scenarioIndex, CancellationToken cancellation)
    {
        foreach (PoolTrustHost host in Hosts)
        {
            _files.Replace(host.CaFile, "ca.pem");
            host.Configure(poolCase.MainCf, "", _files);
            TrustRig.Reload(host.Instance, cancellation);
        }

        TrustOutcome Take(PoolTrustHost host, string ticket) =>
            Connect(host, scenarioIndex, ticket, isFirst: true, cancellation);
        TrustOutcome Offer(PoolTrustHost host, string ticket) =>
            Connect(host, scenarioIndex, ticket, isFirst: false, cancellation);
        TrustOutcome made = Expect(isResumed: false, poolCase.Peer);
        TrustOutcome kept = Expect(isResumed: true, poolCase.Peer);
        string? fault = Differ("A's ticket", Take(_first, "A"), made)
            ?? Differ("A's ticket at B", Offer(_second, "A"), kept)
            ?? Differ("B's ticket", Take(_second, "B"), made)
            ?? Differ("B's ticket at A", Offer(_first, "B"), kept);
        if (fault is not null)
        {
            return $"before the change: {fault}";
        }

        if (poolCase.ReplacedBy is { } replacement)
        {
            _files.Replace(_second.CaFile, replacement);
        }

        _second.Configure(poolCase.NextMainCf ?? poolCase.MainCf, poolCase.NextOptions, _files);
        TrustRig.Reload(_second.Instance, cancellation);

        // A's policy is that of before: it resumes what was issued under it, by either host, and nothing else.
        TrustOutcome behind = Expect(poolCase.Shares, poolCase.Shares ? poolCase.Peer : poolCase.NextPeer);
        fault = Differ("A's ticket at B", Offer(_second, "A"), behind)
            ?? Differ("B's ticket of before at B", Offer(_second, "B"), behind)
            ?? Differ("A's ticket at A", Offer(_first, "A"), kept)
            ?? Differ("B's ticket of before at A", Offer(_first, "B"), kept)
            ?? Differ("B's next ticket", Take(_second, "next"), Expect(isResumed: false, poolCase.NextPeer))
            ?? Differ("B's next ticket at B", Offer(_second, "next"), Expect(isResumed: true, poolCase.NextPeer))
            ?? Differ("B's next ticket at A", Offer(_first, "next"), poolCase.Shares ? kept : made);
        return fault is null ? null : $"behind the change: {fault}";
    }

    public void Dispose() => _rig.Dispose();

    private void Share(string tool, CancellationToken cancellation)
    {
        foreach (PoolTrustHost host in Hosts)
        {
            host.Configure([], "", _files);
        }

        _second.JoinPool(tool, _first.CreatePool(tool, cancellation), cancellation);
    }

    private TrustOutcome Connect(
        PoolTrustHost host, int scenarioIndex, string ticket, bool isFirst, CancellationToken cancellation) =>
        TrustConnections.Relay(
            host.Instance, host.Scenarios[scenarioIndex], _rig.Distribution.OpenSslCommand, _files,
            _files.PathOf($"{ticket}.session"), isFirst, cancellation);

    private static TrustOutcome Expect(bool isResumed, string peer) => new(isResumed, peer, peer == "Trusted");

    private static string? Differ(string what, TrustOutcome outcome, TrustOutcome expected) =>
        outcome == expected ? null : $"{what}: {outcome}, and not {expected}";
}
