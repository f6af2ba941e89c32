using System.IO;
using Shouldly;
using TlsMgr.Native.Libc;
using Xunit;

namespace TlsMgr.Tests.Libc;

/// <summary>Queries of the kernel about the machine and this process.</summary>
public sealed class SystemStateTests
{
    [Fact]
    public void The_boot_identity_is_that_of_the_kernel()
    {
        BootIdentity.Read().ShouldBe(File.ReadAllText("/proc/sys/kernel/random/boot_id").TrimEnd('\n'));
        BootIdentity.Read().Length.ShouldBe(BootIdentity.LengthBytes);
    }

    [Theory]
    [InlineData(1L << 20, true)]
    [InlineData(1L << 30, true)]
    [InlineData(1L << 48, false)]
    public void Only_addressable_lengths_can_be_mapped(long lengthBytes, bool expected) =>
        AddressSpace.CanMap(lengthBytes).ShouldBe(expected);

    [Theory]
    [InlineData("/proc/self/status", true)]
    [InlineData("/dev/null", false)]
    public void A_file_system_without_free_blocks_is_full(string file, bool expected)
    {
        int descriptor = FileDescriptor.Open(file, OpenFlags.ReadOnly);
        try
        {
            FileSystemSpace.IsFull(descriptor).ShouldBe(expected);
        }
        finally
        {
            FileDescriptor.Close(descriptor);
        }
    }
}
