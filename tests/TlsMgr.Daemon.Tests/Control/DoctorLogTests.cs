using System.IO;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests.Control;

/// <summary>tlsmgrctl doctor where records go to the system's logger: each time with a /dev of its own.</summary>
[Trait("Needs", "root")]
public sealed class DoctorLogTests
{
    private const string Logger = "touch /dev/log; mount --bind $1/logger /dev/log;";
    private const string LoggerInJail =
        Logger + "mkdir $1/queue/dev; touch $1/queue/dev/log; mount --bind $1/logger $1/queue/dev/log;";

    [Theory]
    [InlineData("", "fault  log                       log records are lost: /dev/log is no socket\n")]
    [InlineData(Logger, "ok     log                       the log goes to /dev/log\n")]
    [InlineData(LoggerInJail, "ok     log                       the log goes to /dev/log\n")]
    public void It_looks_for_the_sockets_of_the_logger(string prepare, string expected)
    {
        using ControlRig rig = new();
        rig.Configure("maillog_file =");
        using UnixListener logger = new(Path.Combine(rig.Directories.Root, "logger"));

        CommandOutput output = CommandOutput.Of(
            "/usr/bin/unshare", "--mount", "/bin/sh", "-ec",
            $"mount -t tmpfs tmpfs /dev; {prepare} exec $0 doctor -c $1/config", PublishedBinary.Control,
            rig.Directories.Root);

        output.Errors.ShouldBeEmpty();
        rig.Mask(output.Output).ShouldContain(expected);
    }
}
