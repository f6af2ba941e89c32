using System;
using Shouldly;
using TlsMgr.Random;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Tests.Random;

/// <summary>What reseeds the generator: all else is equal in the pools that are compared.</summary>
public sealed class RandomPoolReseedTests
{
    private const int BlockBytes = 4096;

    private readonly ManualClock _clock = new();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void The_kernels_bytes_reseed_the_generator_with_every_block(int block)
    {
        string[] blocks = Generate(block, changedReseed: 0);
        string[] changed = Generate(block, changedReseed: block);

        changed[..^1].ShouldBe(blocks[..^1]);
        changed[^1].ShouldNotBe(blocks[^1]);
    }

    /// <summary>
    /// Returns blocks of a pool whose kernel returns zeros, except where one reseed is changed: the seed of the start
    /// is number 0.
    /// </summary>
    private string[] Generate(int count, int changedReseed)
    {
        int reseeds = 0;
        using RandomPool pool = new(_clock, buffer =>
        {
            // Bytes that are combined with the output come for a complete block.
            bool isReseed = buffer.Length < BlockBytes;
            buffer.Fill(isReseed && reseeds++ == changedReseed && changedReseed > 0 ? (byte)1 : (byte)0);
            return true;
        });
        string[] blocks = new string[count];
        byte[] buffer = new byte[BlockBytes];
        for (int i = 0; i < count; i++)
        {
            pool.TryFill(buffer).ShouldBeTrue();
            blocks[i] = Convert.ToHexString(buffer);
        }

        return blocks;
    }
}
