using System;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using Shouldly;
using TlsMgr.Native.Libc;
using Xunit;

namespace TlsMgr.Tests.Memory;

/// <summary>Memory for secrets: its flags in the kernel, and its erasure.</summary>
public sealed class LockedMemoryTests
{
    [Fact]
    public void It_is_locked_and_excluded_from_dumps_and_child_processes()
    {
        using LockedMemory memory = new(100);
        memory.Span[0] = 1;

        string[] flags = FlagsOf(memory.Span);

        memory.LockError.ShouldBe(0);
        flags.ShouldContain("lo");
        flags.ShouldContain("dd");
        flags.ShouldContain("wf");
    }

    [Fact]
    public void It_is_zero_at_first_and_when_erased_and_empty_when_disposed_of()
    {
        LockedMemory memory = new(10_000);
        memory.Span.Length.ShouldBe(10_000);
        memory.Span.ContainsAnyExcept((byte)0).ShouldBeFalse();

        memory.Span.Fill(7);
        memory.Erase();
        memory.Span.ContainsAnyExcept((byte)0).ShouldBeFalse();

        memory.Dispose();
        memory.Span.IsEmpty.ShouldBeTrue();
        memory.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(101)]
    [InlineData(100_000)]
    public void Scratch_memory_is_zero_after_its_release(int lengthBytes)
    {
        using ScratchMemory scratch = new(100);
        scratch.Take(lengthBytes).Length.ShouldBe(lengthBytes);
        scratch.Take(lengthBytes).Fill(7);

        scratch.Release();

        scratch.Take(lengthBytes).ContainsAnyExcept((byte)0).ShouldBeFalse();
    }

    /// <summary>Returns the kernel's flags of the mapping that contains the first byte (proc(5), VmFlags).</summary>
    private static string[] FlagsOf(Span<byte> bytes)
    {
        ulong address = AddressOf(bytes);
        bool isFound = false;
        foreach (string line in File.ReadLines("/proc/self/smaps"))
        {
            string[] range = line.Split(' ')[0].Split('-');
            if (range.Length == 2)
            {
                isFound = address >= Convert.ToUInt64(range[0], 16) && address < Convert.ToUInt64(range[1], 16);
            }
            else if (isFound && line.StartsWith("VmFlags:", StringComparison.Ordinal))
            {
                return [.. line.Split(' ').Skip(1)];
            }
        }

        return [];
    }

    private static unsafe ulong AddressOf(Span<byte> bytes) =>
        (ulong)System.Runtime.CompilerServices.Unsafe.AsPointer(ref MemoryMarshal.GetReference(bytes));
}
