using System;
using System.IO;
using Shouldly;
using TlsMgr.Native.Libc;
using TlsMgr.Tickets;
using TlsMgr.Tickets.Pool;

namespace TlsMgr.Tests.Tickets.Pool;

/// <summary>A host of a pool with clocks that the test sets and a real state file.</summary>
internal sealed class PoolHost : IDisposable
{
    internal const int Period = 1800;
    internal const int Skew = 300;
    internal const string Name = "example";
    private const int SlotDistance = 4096;

    private readonly string _directory = Directory.CreateTempSubdirectory("tlsmgr-pool-").FullName;
    private PoolKeySet _keys;

    /// <summary>Makes a pool, or takes over the state of another host.</summary>
    internal PoolHost(long wall, byte[]? state = null)
    {
        Wall = wall;
        if (state is null)
        {
            using PoolState made = PoolState.Make(Name, new PoolPeriods(Period, Skew), Now)!;
            Reference.Learn(made.Newest);
            PoolStateFile.Create(Path, made, UserIdentity.EffectiveUserId, uint.MaxValue).ShouldBeNull();
        }
        else
        {
            Restore(state);
        }

        (_keys, Ratchet) = Open();
        Look();
    }

    /// <summary>All secrets since the pool was made; of no meaning when a state was taken over.</summary>
    internal PoolReference Reference { get; } = new(Name);

    internal string Path => System.IO.Path.Combine(_directory, "state");

    internal PoolRatchet Ratchet { get; private set; }

    internal PoolPeriods Periods => Ratchet.Periods;

    internal long Wall { get; set; }

    internal long Boot { get; set; } = 5000;

    internal int BootNumber { get; set; } = 1;

    internal PoolClockMark Now => new(Wall, Boot, (UInt128)BootNumber);

    /// <summary>Lets time pass for both clocks.</summary>
    internal void Pass(long seconds)
    {
        Wall += seconds;
        Boot += seconds;
    }

    /// <summary>Starts the machine anew.</summary>
    internal void Reboot()
    {
        BootNumber++;
        Boot = 30;
        Restart();
    }

    /// <summary>Another process takes over.</summary>
    internal void Restart()
    {
        _keys.Dispose();
        Ratchet.Dispose();
        (_keys, Ratchet) = Open();
    }

    /// <summary>What the daemon does before each request when its keys may be over.</summary>
    internal void Look()
    {
        Ratchet.Advance(Now);
        for (int steps = 0; Ratchet.IsCatchingUp; steps++)
        {
            steps.ShouldBeLessThan(1000, "it never reaches the present");
            Ratchet.Advance(Now);
        }

        if (Ratchet.Fault.Length == 0)
        {
            _keys.Derive(Ratchet, Wall);
        }
        else
        {
            _keys.Erase();
        }
    }

    internal TicketKey? GetCurrent() => Ratchet.Fault.Length == 0 ? _keys.Encrypting(Ratchet, Wall) : null;

    internal bool Knows(byte[] name) => Ratchet.Fault.Length == 0 && _keys.Find(Ratchet, name, Wall, out _) is not null;

    internal byte[] ReadFile() => File.ReadAllBytes(Path);

    /// <summary>Puts a file with this content in place of the one that is there or was removed.</summary>
    internal void Restore(byte[] content)
    {
        File.Delete(Path);
        File.WriteAllBytes(Path, content);
        File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    /// <summary>Overwrites one slot in place with that of an earlier content.</summary>
    internal void PutSlot(byte[] content, int index)
    {
        using FileStream file = new(Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.Seek(index * SlotDistance, SeekOrigin.Begin);
        file.Write(content, index * SlotDistance, PoolStateSlot.LengthBytes);
    }

    /// <summary>The content of a file to which only the first bytes of a write came, slot after slot.</summary>
    internal static byte[] Torn(byte[] before, byte[] after, int bytes)
    {
        byte[] torn = [.. before];
        int first = int.Min(bytes, PoolStateSlot.LengthBytes);
        after.AsSpan(0, first).CopyTo(torn);
        after.AsSpan(SlotDistance, bytes - first).CopyTo(torn.AsSpan(SlotDistance));
        return torn;
    }

    /// <summary>The state in a slot; null when there is none.</summary>
    internal static PoolState? Slot(byte[] file, int index) =>
        PoolStateSlot.Read(file.AsSpan(index * SlotDistance, PoolStateSlot.LengthBytes), out _);

    /// <summary>The state that the file is read as.</summary>
    internal PoolState ReadStored()
    {
        using PoolStateFile file = PoolStateFile.Open(Path, out string fault).ShouldNotBeNull(fault);
        return file.Read(out _).ShouldNotBeNull();
    }

    public void Dispose()
    {
        _keys.Dispose();
        Ratchet.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private (PoolKeySet Keys, PoolRatchet Ratchet) Open()
    {
        PoolStateFile file = PoolStateFile.Open(Path, out string fault).ShouldNotBeNull(fault);
        PoolState state = file.Read(out fault).ShouldNotBeNull(fault);
        PoolTicketSettings settings = new(Name, Path, Skew, 32, PoolReference.Cipher, new byte[32]);
        return (new PoolKeySet(settings), new PoolRatchet(file, state, Skew));
    }
}
