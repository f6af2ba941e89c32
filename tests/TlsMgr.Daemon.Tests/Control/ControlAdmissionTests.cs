using System;
using System.IO;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests.Control;

/// <summary>What the name of the control socket may replace.</summary>
[Trait("Needs", "root")]
public sealed class ControlAdmissionTests
{
    [Fact]
    public void A_file_that_is_no_socket_is_not_replaced()
    {
        DaemonDirectories directories = new(["tlsmgr_control_socket = x"]);
        string file = Path.Combine(directories.Data, "x.new");
        File.WriteAllText(file, "precious");
        using RunningDaemon daemon = new(directories);

        daemon.Ask("request|seed|size|1||").ShouldStartWith("status|0|");

        File.ReadAllText(file).ShouldBe("precious");
        daemon.Log.TakeTexts().ShouldContain(text => text.EndsWith(
            "there is a file x.new -- continuing without control socket", StringComparison.Ordinal));
    }
}
