using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using TlsMgr.Rig.Observation;

namespace TlsMgr.Rig.Pool;

/// <summary>One host: a Postfix in a network namespace, with a name, a certificate and a clock of its own.</summary>
internal sealed class PoolHost
{
    private const int FirstChainOffset = 88;
    private const int ChainBytes = 64;

    private readonly string _tool;
    private readonly string[] _launcher;

    private PoolHost(
        string name, string address, PoolClock clock, PostfixInstance instance, Distribution distribution,
        string[] launcher, string tool)
    {
        Distribution = distribution;
        Name = name;
        Address = address;
        Clock = clock;
        Instance = instance;
        _launcher = launcher;
        _tool = tool;
    }

    internal string Name { get; }

    internal string Address { get; }

    internal PoolClock Clock { get; }

    internal PostfixInstance Instance { get; }

    /// <summary>The programs of the host.</summary>
    internal Distribution Distribution { get; }

    internal string StateFile => Path.Combine(Instance.DataDirectory, "pool_state");

    /// <summary>Creates the namespace and installs Postfix in it; starts nothing.</summary>
    /// <param name="name">The name of the host, of its namespace, and of its directory.</param>
    /// <param name="number">The last part of its address.</param>
    /// <param name="area">The directory of the run.</param>
    /// <param name="clockLibrary">The library that is preloaded.</param>
    /// <param name="distribution">The programs.</param>
    /// <param name="cancellation">Ends the run.</param>
    internal static PoolHost Create(
        string name, int number, string area, string clockLibrary, Distribution distribution,
        CancellationToken cancellation)
    {
        string directory = Path.Combine(area, name);
        WorkArea.CreateOpenDirectory(directory);
        PoolClock clock = new(Path.Combine(directory, "clock"), clockLibrary);
        string address = PoolNetwork.AddHost(name, number, cancellation);
        string[] launcher =
            [.. PoolNetwork.Launcher(name), .. distribution.Launcher, "/usr/bin/env", .. clock.Environment];
        string tool = Path.Combine(directory, "tlsmgrctl");
        string source = Path.Combine(Path.GetDirectoryName(distribution.TlsMgr)!, "tlsmgrctl");
        if (File.Exists(source))
        {
            File.Copy(source, tool);
        }

        PostfixInstance instance = new(name, Path.Combine(directory, "postfix"), distribution, launcher);
        PoolHost host = new(name, address, clock, instance, distribution, launcher, tool);
        Certificates certificates = Certificates.Create(distribution, directory, cancellation);
        instance.Install(
            MainCf.ForPool(instance, certificates, PoolNetwork.Addresses)
                + "import_environment = MAIL_CONFIG MAIL_DEBUG MAIL_LOGTAG TZ LANG=C"
                + $" {string.Join(' ', clock.Environment)}\n",
            new MasterCf(distribution.Release).ForPool(), cancellation);
        return host;
    }

    /// <summary>The process of tlsmgr; null when none runs.</summary>
    internal int? TlsMgrPid => DaemonProcess.FindPid(Instance);

    /// <summary>Lines of tlsmgr.cf beside the name of the pool.</summary>
    internal IReadOnlyList<string> OwnLines { get; set; } = [];

    /// <summary>Writes tlsmgr.cf for a host of the pool.</summary>
    internal void ConfigurePool() => File.WriteAllLines(
        Path.Combine(Instance.ConfigDirectory, "tlsmgr.cf"), [$"tlsmgr_pool_name = {PoolRig.PoolName}", .. OwnLines]);

    /// <summary>The first period in which the newer of two generations encrypts, by the first slot of the file.</summary>
    internal long ChangePeriod => BinaryPrimitives.ReadInt64LittleEndian(
        File.ReadAllBytes(StateFile).AsSpan(FirstChainOffset + ChainBytes + (2 * sizeof(long))));

    /// <summary>
    /// The oldest period whose secret the state file holds, by its first slot and first chain; null without a file.
    /// </summary>
    internal long? StoredPeriod
    {
        get
        {
            if (!File.Exists(StateFile))
            {
                return null;
            }

            byte[] content = File.ReadAllBytes(StateFile);
            return BinaryPrimitives.ReadInt64LittleEndian(content.AsSpan(FirstChainOffset + sizeof(long)));
        }
    }

    internal void Start(CancellationToken cancellation) => Instance.Start(cancellation);

    /// <summary>Runs <c>postfix reload</c> and waits until the tlsmgr of before has ended.</summary>
    internal void Reload(CancellationToken cancellation)
    {
        int? before = TlsMgrPid;
        Instance.Reload(cancellation);
        AwaitEnd(before, cancellation);
    }

    /// <summary>Stops and starts Postfix.</summary>
    internal void Restart(CancellationToken cancellation)
    {
        if (Instance.Stop(cancellation).Count != 0)
        {
            throw new RigException($"{Name}: postfix stop leaves processes");
        }

        Instance.Start(cancellation);
    }

    /// <summary>Kills tlsmgr with SIGKILL: master(8) starts another one.</summary>
    internal void KillTlsMgr(CancellationToken cancellation)
    {
        FirstReply.Request(Instance);
        int? before = TlsMgrPid;
        if (before is not int pid)
        {
            throw new RigException($"{Name}: no tlsmgr runs");
        }

        ProcessTable.Kill(pid);
        AwaitEnd(before, cancellation);
    }

    /// <summary>Runs tlsmgrctl with the host's clock.</summary>
    internal ShellResult Tool(IEnumerable<string> arguments, CancellationToken cancellation, string input = "")
    {
        string[] command = [.. _launcher, _tool, .. arguments, "-c", Instance.ConfigDirectory];
        return Shell.Run(command[0], command[1..], cancellation, input);
    }

    /// <summary>Runs tlsmgrctl, which has to succeed; returns its output.</summary>
    internal string RequireTool(IEnumerable<string> arguments, CancellationToken cancellation, string input = "")
    {
        string[] command = [.. _launcher, _tool, .. arguments, "-c", Instance.ConfigDirectory];
        return Shell.Require(command[0], command[1..], cancellation, input);
    }

    private void AwaitEnd(int? before, CancellationToken cancellation)
    {
        if (before is int pid
            && !Deadline.Await(() => !ProcessTable.OfInstance(Instance).Contains(pid), cancellation))
        {
            throw new RigException($"{Name}: tlsmgr[{pid}] still runs");
        }
    }
}
