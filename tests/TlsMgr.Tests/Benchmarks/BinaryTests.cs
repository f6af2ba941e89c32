using System.Linq;
using System.Text;
using Shouldly;
using TlsMgr.Benchmarks.Report;
using Xunit;

namespace TlsMgr.Tests.Benchmarks;

public sealed class BinaryTests
{
    [Theory]
    [InlineData(".NET: ilc 10.0.12-servicing.26422.108+95017c71\0clang", "NativeAOT 10.0.12-servicing.26422.108")]
    [InlineData(".NET: ilc 10.0.0\0clang", "NativeAOT 10.0.0")]
    [InlineData(".NET: ilc 10.0.0", "NativeAOT 10.0.0")]
    public void The_compiler_is_read_from_the_comment_section(string comment, string compiler)
    {
        byte[] executable = [0x7f, .. "ELF\0"u8, .. Encoding.ASCII.GetBytes(comment)];

        Binary.Compiler(executable).ShouldBe(compiler);
    }

    [Fact]
    public void An_executable_without_a_compiler_entry_is_described_all_the_same()
    {
        byte[] executable = [.. Enumerable.Repeat((byte)'x', 100)];

        Binary.Compiler(executable).ShouldBe("compiler not recorded");
    }
}
