using Shouldly;
using TlsMgr.Postfix.Config;
using TlsMgr.Postfix.Logging;
using Xunit;

namespace TlsMgr.Tests.Config;

public sealed class MasterCfEntryTests
{
    [Fact]
    public void An_entry_has_its_fields_as_they_are_written()
    {
        MasterCfEntry entry = MasterCfEntry.Parse("tlsmgr\tunix  - n y 1000? 1 tlsmgr-net -v -o { a = b }");

        (entry.Service, entry.Type, entry.Private, entry.Unprivileged, entry.Chroot).ShouldBe(("tlsmgr", "unix", "-", "n", "y"));
        (entry.WakeUp, entry.ProcessLimit, entry.Command, entry.IsRepeated).ShouldBe(("1000?", "1", "tlsmgr-net", false));
        entry.Arguments.ShouldBe(["-v", "-o", "a = b"]);
    }

    [Theory]
    [InlineData("tlsmgr", "missing \"transport type\" field")]
    [InlineData("tlsmgr unix - - y 1000? 1", "missing \"command\" field")]
    [InlineData("tlsmgr socket - - y 1000? 1 x", "bad transport type: socket")]
    [InlineData("smtp inet - - y - - smtpd", "inet service cannot be private")]
    [InlineData("tlsmgr unix x - y 1000? 1 x", "field \"private\": bad value: \"x\"")]
    [InlineData("tlsmgr unix - yes y 1000? 1 x", "field \"unprivileged\": bad value: \"yes\"")]
    [InlineData("tlsmgr unix - - Y 1000? 1 x", "field \"chroot\": bad value: \"Y\"")]
    [InlineData("tlsmgr unix - - y ? 1 x", "field \"wakeup_time\": bad value: \"?\"")]
    [InlineData("tlsmgr unix - - y 1000? -1 x", "field \"max_proc\": bad value: \"-1\"")]
    [InlineData("tlsmgr unix - - y 1000? 1 x {", "missing '}' in \"{\"")]
    public void The_first_fault_is_reported_in_the_words_of_master(string line, string fault) =>
        Should.Throw<FatalException>(() => MasterCfEntry.Parse(line)).Message.ShouldBe(fault);
}
