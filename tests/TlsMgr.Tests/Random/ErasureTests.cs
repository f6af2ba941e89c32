using System;
using System.IO;
using System.Linq;
using System.Reflection;
using Shouldly;
using TlsMgr.Random;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Tests.Random;

/// <summary>What the generator was fed with does not stay in memory.</summary>
public sealed class ErasureTests : IDisposable
{
    private readonly RandomRig _rig = new() { KernelWorks = true };

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void The_seed_of_the_start_is_erased()
    {
        using RandomPool pool = new(new ManualClock());

        IsErased(pool, "_fresh").ShouldBeTrue();
    }

    [Fact]
    public void Stirred_bytes_are_erased_when_they_have_reseeded_the_generator()
    {
        byte[] secret = [.. Enumerable.Range(1, 100).Select(static value => (byte)value)];
        _rig.Pool.Stir(secret);
        _rig.HasStirred(secret).ShouldBeTrue();

        _rig.Pool.TryFill(new byte[1]).ShouldBeTrue();

        IsErased(_rig.Pool, "_accumulator").ShouldBeTrue();
    }

    [Fact]
    public void Exchanged_bytes_are_erased_when_they_are_in_the_file()
    {
        _rig.Configure(exchangeFile: _rig.PathOf("prng_exch"));
        _rig.OpenAndStart();
        File.ReadAllBytes(_rig.PathOf("prng_exch")).ShouldContain(value => value != 0);

        object file = typeof(RandomMaintenance).GetField("_exchange", BindingFlags.Instance | BindingFlags.NonPublic)!
            .GetValue(_rig.Maintenance)!;
        IsErased(file, "_buffer").ShouldBeTrue();
    }

    private static bool IsErased(object owner, string name) =>
        !RandomRig.SecretsOf(owner)[name].Span.ContainsAnyExcept((byte)0);
}
