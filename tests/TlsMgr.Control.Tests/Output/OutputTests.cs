using System.IO.Pipes;
using Shouldly;
using TlsMgr.Control.Output;
using TlsMgr.Native.Libc;
using Xunit;

namespace TlsMgr.Control.Tests.Output;

public sealed class OutputTests
{
    /// <summary>EBADF.</summary>
    private const int BadDescriptor = 9;

    [Theory]
    [InlineData(Errno.BrokenPipe, true, "write to standard output: Broken pipe")]
    [InlineData(Errno.NoSpace, false, "write to standard output: No space left on device")]
    public void A_failed_write_names_its_reason(int errno, bool isClosedPipe, string message)
    {
        UnwritableException fault = new(errno);

        (fault.IsClosedPipe, fault.Message).ShouldBe((isClosedPipe, message));
    }

    [Fact]
    public void A_text_is_written_completely_as_UTF_8()
    {
        using AnonymousPipeServerStream reader = new(PipeDirection.In);
        int descriptor = (int)reader.ClientSafePipeHandle.DangerousGetHandle();

        StandardDescriptors.Write(descriptor, "caf\u00e9\n").ShouldBe(0);

        byte[] bytes = new byte[6];
        reader.ReadExactly(bytes);
        bytes.ShouldBe("caf\u00e9\n"u8.ToArray());
    }

    [Fact]
    public void A_descriptor_that_is_not_open_is_an_error() =>
        StandardDescriptors.Write(-1, "x").ShouldBe(-BadDescriptor);
}
