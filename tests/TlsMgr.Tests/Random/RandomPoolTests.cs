using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using System.Security.Cryptography;
using Shouldly;
using TlsMgr.Native.Libc;
using TlsMgr.Random;
using TlsMgr.Testing;
using TlsMgr.Tests.Memory;
using Xunit;

namespace TlsMgr.Tests.Random;

public sealed class RandomPoolTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public void Output_never_repeats_and_differs_between_pools()
    {
        using RandomPool one = new(_clock);
        using RandomPool other = new(_clock);
        HashSet<string> seen = [];

        for (int i = 0; i < 1000; i++)
        {
            seen.Add(Generate(one, 32)).ShouldBeTrue();
            seen.Add(Generate(other, 32)).ShouldBeTrue();
        }
    }

    [Fact]
    public void With_a_constant_kernel_no_block_repeats()
    {
        using RandomPool pool = new(_clock, FillWithZeros);
        HashSet<string> seen = [];

        for (int i = 0; i < 20; i++)
        {
            seen.Add(Generate(pool, 4096)).ShouldBeTrue();
        }
    }

    [Fact]
    public void The_kernels_bytes_are_in_every_byte_of_output()
    {
        using RandomPool plain = new(_clock, FillWithZeros);
        using RandomPool inverted = new(_clock, static buffer =>
        {
            // 32 bytes reseed the generator; equal in both pools, they keep the generators in step.
            buffer.Fill(buffer.Length == 32 ? (byte)0 : (byte)0xFF);
            return true;
        });

        for (int i = 0; i < 3; i++)
        {
            byte[] complement = [.. Convert.FromHexString(Generate(plain, 4096)).Select(value => (byte)~value)];
            Generate(inverted, 4096).ShouldBe(Convert.ToHexString(complement));
        }
    }

    [Fact]
    public void Stirred_in_bytes_change_the_output()
    {
        string Output(Action<RandomPool> stir)
        {
            using RandomPool pool = new(_clock, FillWithZeros);
            stir(pool);
            return Generate(pool, 32);
        }

        string untouched = Output(static _ => { });
        Output(static _ => { }).ShouldBe(untouched);

        string[] touched =
        [
            untouched,
            Output(static pool => pool.Stir([0])),
            Output(static pool => pool.Stir([1])),
            Output(static pool => pool.Stir(new byte[1024])),
            Output(static pool => pool.Stir(new byte[1025])),
            Output(static pool => pool.Stir([.. new byte[5000], 1])),
            Output(static pool => pool.Stir([.. new byte[5000], 2])),
            Output(static pool => pool.Stir([1, .. new byte[5000]])),
            Output(static pool => pool.StirTime()),
            Output(pool =>
            {
                _clock.Advance(TimeSpan.FromTicks(1));
                pool.StirTime();
            }),
        ];
        touched.Distinct().Count().ShouldBe(touched.Length);
    }

    [Fact]
    public void Stirred_in_bytes_take_effect_at_once_when_the_block_is_discarded()
    {
        string Second(Action<RandomPool> stir)
        {
            using RandomPool pool = new(_clock, FillWithZeros);
            Generate(pool, 32);
            stir(pool);
            return Generate(pool, 32);
        }

        string untouched = Second(static _ => { });
        Second(static pool => pool.Stir([1])).ShouldBe(untouched);
        Second(static pool => pool.DiscardBlock()).ShouldNotBe(untouched);
        Second(static pool =>
        {
            pool.Stir([1]);
            pool.DiscardBlock();
        }).ShouldNotBe(Second(static pool => pool.DiscardBlock()));
    }

    [Fact]
    public void With_a_failing_kernel_there_is_no_data()
    {
        bool works = true;
        using RandomPool pool = new(_clock, buffer => works && FillWithZeros(buffer));
        Generate(pool, 4096);
        works = false;
        byte[] buffer = [.. Enumerable.Repeat((byte)1, 64)];

        pool.TryFill(buffer).ShouldBeFalse();
        buffer.ShouldAllBe(value => value == 0);

        works = true;
        pool.TryFill(buffer).ShouldBeTrue();
        buffer.ShouldContain(value => value != 0);
    }

    [Fact]
    public void A_kernel_that_fails_in_the_middle_leaves_a_zeroed_buffer()
    {
        int calls = 0;
        using RandomPool pool = new(_clock, buffer => ++calls <= 2 && FillWithZeros(buffer));
        byte[] buffer = new byte[10_000];

        pool.TryFill(buffer).ShouldBeFalse();
        calls.ShouldBe(3);
        buffer.ShouldAllBe(value => value == 0);
    }

    [Fact]
    public void After_a_kernel_failure_at_the_start_the_pool_works_as_soon_as_the_kernel_does()
    {
        bool works = false;
        using RandomPool pool = new(_clock, buffer => works && FillWithZeros(buffer));
        pool.TryFill(new byte[1]).ShouldBeFalse();

        works = true;
        Generate(pool, 32).ShouldNotBe(new string('0', 64));
    }

    [Fact]
    public void A_fault_of_the_cryptography_is_reported_without_an_exception()
    {
        bool works = true;
        using RandomPool pool = new(_clock, _ => works ? true : throw new CryptographicException());
        works = false;
        byte[] buffer = [.. Enumerable.Repeat((byte)1, 64)];

        pool.TryFill(buffer).ShouldBeFalse();
        buffer.ShouldAllBe(value => value == 0);
        Secrets(pool)["_block"].Span.ContainsAnyExcept((byte)0).ShouldBeFalse();
    }

    [Fact]
    public void Served_bytes_are_erased_from_the_block()
    {
        using RandomPool pool = new(_clock);
        string served = Generate(pool, 100);
        Span<byte> block = Secrets(pool)["_block"].Span;

        block[..100].ContainsAnyExcept((byte)0).ShouldBeFalse();
        block[100..].ContainsAnyExcept((byte)0).ShouldBeTrue();
        Convert.ToHexString(block).ShouldNotContain(served);
        Secrets(pool)["_fresh"].Span.ContainsAnyExcept((byte)0).ShouldBeFalse();
    }

    [Fact]
    public void A_copy_of_the_memory_holds_nothing_that_is_returned_later()
    {
        using RandomPool pool = new(_clock);
        Generate(pool, 32);
        string copy = string.Concat(Secrets(pool).Values.Select(memory => Convert.ToHexString(memory.Span)));

        for (int i = 0; i < 127; i++)
        {
            copy.ShouldNotContain(Generate(pool, 32));
        }
    }

    [Fact]
    public void After_dispose_all_memory_is_erased_and_nothing_is_served()
    {
        RandomPool pool = new(_clock);
        pool.Stir([1, 2, 3]);
        Generate(pool, 10);
        pool.Stir([1, 2, 3]);

        pool.Dispose();
        pool.Stir(new byte[5000]);

        Dictionary<string, LockedMemory> secrets = Secrets(pool);
        secrets.Count.ShouldBe(3);
        foreach (LockedMemory secret in secrets.Values)
        {
            secret.Span.IsEmpty.ShouldBeTrue("the memory was returned to the kernel");
        }

        byte[] buffer = [1];
        pool.TryFill(buffer).ShouldBeFalse();
        buffer[0].ShouldBe((byte)0);
    }

    [Fact]
    public void Filling_and_stirring_allocate_nothing()
    {
        using RandomPool pool = new(TimeProvider.System);
        byte[] buffer = new byte[255];
        bool isFilled = true;

        AllocatedBytes.PerBatch(() =>
        {
            pool.StirTime();
            pool.Stir(buffer);
            isFilled &= pool.TryFill(buffer);
        }).ShouldBe(0);

        isFilled.ShouldBeTrue();
    }

    [Fact]
    public void A_million_bytes_look_random()
    {
        // Bounds of twenty standard deviations: chance stays within them; a constant or an alternation exceeds them.
        const int Bytes = 1 << 20;
        const double Limit = 20 * 0.5 * 2897; // 2897: approximately the square root of the number of bits
        using RandomPool pool = new(TimeProvider.System);
        byte[] data = new byte[Bytes];
        pool.TryFill(data).ShouldBeTrue();

        int ones = data.Sum(static value => BitOperations.PopCount(value));
        int changes = 0;
        for (int bit = 1; bit < Bytes * 8; bit++)
        {
            changes += ((data[bit / 8] >> (bit % 8)) ^ (data[(bit - 1) / 8] >> ((bit - 1) % 8))) & 1;
        }

        ((double)ones).ShouldBe(Bytes * 4, Limit);
        ((double)changes).ShouldBe(Bytes * 4, Limit);
    }

    private static bool FillWithZeros(Span<byte> buffer)
    {
        buffer.Clear();
        return true;
    }

    private static string Generate(RandomPool pool, int count)
    {
        byte[] buffer = new byte[count];
        pool.TryFill(buffer).ShouldBeTrue();
        return Convert.ToHexString(buffer);
    }

    private static Dictionary<string, LockedMemory> Secrets(RandomPool pool) => RandomRig.SecretsOf(pool);
}
