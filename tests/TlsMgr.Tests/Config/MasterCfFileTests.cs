using System.IO;
using Shouldly;
using TlsMgr.Postfix.Config;
using TlsMgr.Postfix.Logging;
using Xunit;

namespace TlsMgr.Tests.Config;

public sealed class MasterCfFileTests
{
    [Fact]
    public void Lines_continue_after_blanks_and_comments()
    {
        MasterCfFile file = Read("# comment\n\ntlsmgr unix - - y\n# comment\n  1000? 1\n\ttlsmgr-net\n");

        file.Find("tlsmgr").ShouldNotBeNull().Command.ShouldBe("tlsmgr-net");
        (file.Fault, file.PostconfFault).ShouldBe((null, null));
    }

    [Fact]
    public void The_last_entry_of_type_unix_is_the_one()
    {
        MasterCfFile file = Read(
            "tlsmgr unix - - y 1 1 first\ntlsmgr unix - - y 1 1 second\ntlsmgr fifo - - y 1 1 third\nx unix - - y 1 1 fourth\n");

        MasterCfEntry entry = file.Find("tlsmgr").ShouldNotBeNull();
        (entry.Command, entry.IsRepeated).ShouldBe(("second", true));
    }

    [Fact]
    public void A_continuation_of_no_line_is_left_out()
    {
        MasterCfFile file = Read("  garbage\ntlsmgr unix - - y 1 1 x\n");

        (file.Find("tlsmgr")?.Command, file.Fault).ShouldBe(("x", null));
    }

    [Fact]
    public void The_first_line_that_is_rejected_has_its_number_and_no_control_characters()
    {
        MasterCfFile file = Read("a unix - - y 1 1 x\n\nb so\u001b[2Jcket - - y 1 1 x\nc bad\n");

        file.Fault.ShouldBe($"{file.Path}: line 3: bad transport type: so?[2Jcket");
        file.Find("tlsmgr").ShouldBeNull();
    }

    [Theory]
    [InlineData("a unix - - y 1000?? 1 x", "invalid wakeup field \"1000??\"")]
    [InlineData("a unix - - y 1000? 1x x", "invalid process_limit field \"1x\"")]
    public void A_line_that_postconf_alone_rejects_is_known(string line, string reason)
    {
        MasterCfFile file = Read(line + "\n");

        (file.Fault, file.PostconfFault).ShouldBe((null, $"{file.Path}: line 1: {reason}"));
    }

    [Fact]
    public void A_missing_file_is_empty() => MasterCfFile.Read("/nonexistent/master.cf").Find("tlsmgr").ShouldBeNull();

    [Fact]
    public void A_file_that_cannot_be_read_is_an_error()
    {
        using ScratchDirectory directory = new();
        string path = Path.Combine(directory.Path, "master.cf");
        Directory.CreateDirectory(path);

        Should.Throw<FatalException>(() => MasterCfFile.Read(path)).Message
            .ShouldBe($"open {path}: not a regular file");
    }

    private static MasterCfFile Read(string text)
    {
        using ScratchDirectory directory = new();
        string path = Path.Combine(directory.Path, "master.cf");
        File.WriteAllText(path, text);
        return MasterCfFile.Read(path);
    }
}
