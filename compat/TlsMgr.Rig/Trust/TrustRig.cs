// Two Postfix instances whose configuration is changed case by case. Each case begins with certificates and files as they
// were, and with caches that a change has emptied.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using TlsMgr.Rig.Observation;
using TlsMgr.Rig.Scenarios;

namespace TlsMgr.Rig.Trust;

/// <summary>The rig of the trust cases.</summary>
internal sealed class TrustRig : IDisposable
{
    /// <summary>Who may relay: clients whose certificate is trusted.</summary>
    internal const string Relay = "smtpd_relay_restrictions = permit_tls_all_clientcerts, reject";

    private readonly Rig _rig;
    private readonly TrustFiles _files;
    private readonly PolicyServer _policies;
    private readonly Dictionary<PostfixInstance, (string MainCf, string MasterCf)> _original;
    private Side _side = Side.Server;
    private int _turn;

    private TrustRig(Rig rig, CancellationToken cancellation)
    {
        _rig = rig;
        _files = TrustFiles.Create(rig, cancellation);
        _policies = new PolicyServer(Path.Combine(rig.Sender.QueueDirectory, "private", "tls-policy"));
        _original = rig.Instances.ToDictionary(
            static instance => instance,
            static instance => (
                File.ReadAllText(Path.Combine(instance.ConfigDirectory, "main.cf")),
                File.ReadAllText(Path.Combine(instance.ConfigDirectory, "master.cf"))));
    }

    /// <summary>Makes and starts both instances.</summary>
    internal static TrustRig Start(string tlsMgr, CancellationToken cancellation)
    {
        Rig rig = Rig.Start(tlsMgr, cancellation);
        try
        {
            return new TrustRig(rig, cancellation);
        }
        catch
        {
            rig.Dispose();
            throw;
        }
    }

    /// <summary>The scenario of a case.</summary>
    internal Scenario ScenarioOf(TrustCase trustCase) => _rig.Scenarios[trustCase.ScenarioIndex];

    /// <summary>Runs a case; answers what is not as it should be, or null.</summary>
    internal string? FindFault(TrustCase trustCase, bool isOurs, CancellationToken cancellation)
    {
        Scenario scenario = ScenarioOf(trustCase);
        PostfixInstance instance = trustCase.Side == Side.Server ? _rig.Receiver : _rig.Sender;
        _files.Reset();
        if (trustCase.Side != _side)
        {
            _side = trustCase.Side;
            PostfixInstance other = instance == _rig.Sender ? _rig.Receiver : _rig.Sender;
            Write(other, _original[other].MainCf, _original[other].MasterCf);
            Reload(other, cancellation);
        }

        _policies.Policy = trustCase.Policy?.Before ?? "";
        _turn++;

        // The number makes the digest another one: nothing is left of the case before.
        string[] turn = [$"{(trustCase.Side == Side.Server ? "smtpd" : "smtp")}_tls_rig_turn = {_turn}"];
        Configure(instance, scenario, [.. turn, .. trustCase.MainCf], trustCase.Options);
        Reload(instance, cancellation);
        TrustOutcome first = Connect(trustCase, scenario, isFirst: true, cancellation);
        TrustOutcome again = Connect(trustCase, scenario, isFirst: false, cancellation);
        if (first != new TrustOutcome(IsResumed: false, trustCase.Before, IsServed: true)
            || again != new TrustOutcome(IsResumed: true, trustCase.Before, IsServed: true))
        {
            return $"before the change: {first}, then {again}";
        }

        Configure(
            instance, scenario, [.. turn, .. trustCase.NextMainCf ?? trustCase.MainCf],
            trustCase.NextOptions ?? trustCase.Options);
        if (trustCase.Replaced is { } replaced)
        {
            _files.Replace(replaced.File, replaced.By);
        }

        _policies.Policy = trustCase.Policy?.Behind ?? "";
        Reload(instance, cancellation);
        TrustOutcome behind = Connect(trustCase, scenario, isFirst: false, cancellation);
        TrustOutcome expected = new(trustCase.Keeps && isOurs, trustCase.Behind, trustCase.IsServedBehind);
        return behind == expected ? null : $"behind the change: {behind}, and not {expected}";
    }

    /// <summary>Reloads, and waits until the tlsmgr of before has ended.</summary>
    internal static void Reload(PostfixInstance instance, CancellationToken cancellation)
    {
        int? before = DaemonProcess.FindPid(instance);
        instance.Reload(cancellation);
        if (before is int pid
            && !Deadline.Await(() => !ProcessTable.OfInstance(instance).Contains(pid), cancellation))
        {
            throw new RigException($"{instance.Name}: postfix reload does not replace tlsmgr");
        }
    }

    public void Dispose()
    {
        _policies.Dispose();
        _rig.Dispose();
    }

    private TrustOutcome Connect(
        TrustCase trustCase, Scenario scenario, bool isFirst, CancellationToken cancellation) =>
        trustCase.Side == Side.Server
            ? TrustConnections.Relay(
                _rig.Receiver, scenario, _rig.Distribution.OpenSslCommand, _files, _files.PathOf("session"), isFirst,
                cancellation)
            : TrustConnections.Deliver(_rig, scenario, cancellation);

    /// <summary>Writes both files anew: what the rig has, with these lines in place of those of the same names.</summary>
    private void Configure(PostfixInstance instance, Scenario scenario, IEnumerable<string> lines, string options)
    {
        List<string> wanted = [.. lines.Select(line => Filled(instance, line))];
        if (instance == _rig.Receiver && !wanted.Exists(IsRelayRule))
        {
            wanted.Add(Relay);
        }

        (string mainCf, string masterCf) = _original[instance];
        string begin = instance == _rig.Receiver ? $"127.0.0.1:{scenario.Port} " : $"{scenario.Service} ";
        Write(
            instance,
            MainCf.With(mainCf, wanted),
            string.Join('\n', masterCf.Split('\n').Select(line =>
                line.StartsWith(begin, StringComparison.Ordinal) ? $"{line} {Filled(instance, options)}" : line)));
    }

    private string Filled(PostfixInstance instance, string text) => text
        .Replace("DIR", _files.DirectoryPath, StringComparison.Ordinal)
        .Replace(
            "FINGERPRINT", instance == _rig.Receiver ? _files.ClientFingerprint : _files.ServerFingerprint,
            StringComparison.Ordinal);

    private static void Write(PostfixInstance instance, string mainCf, string masterCf)
    {
        File.WriteAllText(Path.Combine(instance.ConfigDirectory, "main.cf"), mainCf);
        File.WriteAllText(Path.Combine(instance.ConfigDirectory, "master.cf"), masterCf);
    }

    private static bool IsRelayRule(string line) => line.StartsWith(Relay.Split(' ')[0], StringComparison.Ordinal);
}
