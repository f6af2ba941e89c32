using System.Buffers.Binary;
using Shouldly;
using TlsMgr.Control.Client;
using Xunit;

namespace TlsMgr.Control.Tests.Client;

/// <summary>A walk goes forward, and ends.</summary>
public sealed class WalkPositionTests
{
    [Fact]
    public void It_starts_with_an_empty_key_that_is_not_the_end()
    {
        WalkPosition position = new();

        (position.Key.Length, position.IsAtEnd).ShouldBe((0, false));
    }

    [Fact]
    public void An_empty_key_is_the_end()
    {
        WalkPosition position = new();

        position.Advance([1]).ShouldBeNull();
        position.IsAtEnd.ShouldBeFalse();
        position.Advance([]).ShouldBeNull();
        position.IsAtEnd.ShouldBeTrue();
    }

    [Theory]
    [InlineData(new byte[] { 5 }, new byte[] { 6 }, true)]
    [InlineData(new byte[] { 5 }, new byte[] { 5, 0 }, true)]
    [InlineData(new byte[] { 127 }, new byte[] { 128 }, true)]
    [InlineData(new byte[] { 5 }, new byte[] { 5 }, false)]
    [InlineData(new byte[] { 5, 0 }, new byte[] { 5 }, false)]
    [InlineData(new byte[] { 255 }, new byte[] { 0, 255 }, false)]
    public void Each_key_lies_behind_the_one_before(byte[] before, byte[] next, bool isAccepted)
    {
        WalkPosition position = new();
        position.Advance(before).ShouldBeNull();

        position.Advance(next).ShouldBe(isAccepted ? null : "next does not lie behind the position before");
    }

    [Theory]
    [InlineData(511, true)]
    [InlineData(512, false)]
    public void A_key_is_no_longer_than_LMDB_allows(int length, bool isAccepted) =>
        new WalkPosition().Advance(new byte[length]).ShouldBe(isAccepted ? null : "next is too long");

    [Fact]
    public void A_walk_of_a_million_steps_ends()
    {
        WalkPosition position = new();
        string? fault = null;
        int steps = 0;
        while (fault is null && steps < 2_000_000)
        {
            byte[] key = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(key, steps);
            fault = position.Advance(key);
            steps++;
        }

        (fault, steps).ShouldBe(("the walk does not end", (1 << 20) + 1));
    }
}
