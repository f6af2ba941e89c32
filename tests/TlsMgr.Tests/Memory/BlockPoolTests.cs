using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO.Pipelines;
using System.Threading.Tasks;
using Shouldly;
using TlsMgr.Postfix.Memory;
using Xunit;

namespace TlsMgr.Tests.Memory;

/// <summary>Blocks of locked memory: erased, reused and released, directly and by pipes.</summary>
public sealed class BlockPoolTests : IDisposable
{
    private readonly BlockPool _memory = new();

    public void Dispose() => _memory.Dispose();

    [Fact]
    public void A_reused_block_is_zero()
    {
        IMemoryOwner<byte> block = _memory.Rent();
        block.Memory.Length.ShouldBe(MemoryLimits.BlockBytes);
        Span<byte> bytes = block.Memory.Span;
        bytes.Fill(7);

        block.Dispose();

        bytes.ContainsAnyExcept((byte)0).ShouldBeFalse("a returned block is erased at once");
        IMemoryOwner<byte> again = _memory.Rent();
        again.Memory.Equals(block.Memory).ShouldBeTrue("the last returned block is the first to be reused");
        again.Dispose();
    }

    [Fact]
    public void No_two_blocks_overlap_and_they_can_be_returned_in_any_order()
    {
        const int Count = (3 * MemoryLimits.SlabBlocks) + 5;
        System.Random random = new(1);
        for (int round = 0; round < 3; round++)
        {
            List<IMemoryOwner<byte>> blocks = [];
            for (int i = 0; i < Count; i++)
            {
                blocks.Add(_memory.Rent());
                blocks[i].Memory.Span.ContainsAnyExcept((byte)0).ShouldBeFalse();
                blocks[i].Memory.Span.Fill((byte)(i % 255 + 1));
            }

            for (int i = 0; i < Count; i++)
            {
                blocks[i].Memory.Span.ContainsAnyExcept((byte)(i % 255 + 1)).ShouldBeFalse();
            }

            _memory.UsedBlocks.ShouldBe(Count);
            while (blocks.Count > 0)
            {
                int index = random.Next(blocks.Count);
                blocks[index].Dispose();
                blocks.RemoveAt(index);
            }

            _memory.UsedBlocks.ShouldBe(0);
        }
    }

    [Fact]
    public void A_block_that_stays_in_use_keeps_its_own_slab_alone()
    {
        const int Slabs = 100;
        List<IMemoryOwner<byte>> blocks = [];
        for (int i = 0; i < Slabs * MemoryLimits.SlabBlocks; i++)
        {
            blocks.Add(_memory.Rent());
        }

        blocks[..^1].ForEach(block => block.Dispose());

        _memory.Slabs.ShouldBeLessThanOrEqualTo(MemoryLimits.KeptSlabs + 1);
        blocks[^1].Memory.Span.Fill(1);
        IMemoryOwner<byte> other = _memory.Rent();
        other.Memory.Span.ContainsAnyExcept((byte)0).ShouldBeFalse();
        other.Dispose();
        blocks[^1].Dispose();
        _memory.UsedBlocks.ShouldBe(0);
    }

    [Fact]
    public void The_data_of_a_pipe_is_erased_after_it_was_read()
    {
        Pipe pipe = new(_memory.Options);
        pipe.Writer.GetSpan().Fill(7);
        pipe.Writer.Advance(100);
        Flush(pipe);
        pipe.Reader.TryRead(out ReadResult result).ShouldBeTrue();
        ReadOnlySpan<byte> carried = result.Buffer.FirstSpan;
        carried[0].ShouldBe((byte)7);

        pipe.Reader.AdvanceTo(result.Buffer.End);

        carried.ContainsAnyExcept((byte)0).ShouldBeFalse();
        _memory.UsedBlocks.ShouldBe(0);
    }

    [Fact]
    public void A_round_trip_through_a_pipe_allocates_nothing()
    {
        Pipe pipe = new(_memory.Options);

        AllocatedBytes.PerBatch(() =>
        {
            pipe.Writer.GetSpan(100);
            pipe.Writer.Advance(100);
            Flush(pipe);
            pipe.Reader.TryRead(out ReadResult result);
            pipe.Reader.AdvanceTo(result.Buffer.End);
        }).ShouldBe(0);
    }

    private static void Flush(Pipe pipe)
    {
        ValueTask<FlushResult> flush = pipe.Writer.FlushAsync();
        flush.IsCompleted.ShouldBeTrue();
    }
}
