using Shouldly;
using TlsMgr.Control.Setup;
using TlsMgr.Postfix.Logging;
using Xunit;

namespace TlsMgr.Control.Tests.Setup;

public sealed class InstallationTests
{
    [Fact]
    public void Sockets_are_those_of_the_configuration()
    {
        using ScratchInstallation scratch = new();

        Installation installation = scratch.Load();

        installation.Directory.ShouldBe(scratch.Path);
        installation.ServiceSocket.ShouldBe("/queue/private/tlsmgr");
        installation.ControlSocket.ShouldBe("/data/tlsmgr_control");
        installation.Entry.ShouldNotBeNull().Command.ShouldBe("tlsmgr-net");
    }

    [Fact]
    public void The_service_has_the_name_that_programs_use()
    {
        using ScratchInstallation scratch = new(
            "tlsmgr unix - - y 1 1 a\nother unix - - y 1 1 b", "tlsmgr_service_name = other", "tlsmgr_control_socket =");

        Installation installation = scratch.Load();

        (installation.ServiceName, installation.ServiceSocket).ShouldBe(("other", "/queue/private/other"));
        installation.Entry.ShouldNotBeNull().Command.ShouldBe("b");
        installation.ControlSocket.ShouldBeNull();
    }

    [Fact]
    public void Options_of_the_entry_override_main_cf()
    {
        using ScratchInstallation scratch = new(
            ScratchInstallation.Entry + " -o data_directory=/elsewhere -o { tlsmgr_control_socket = x }");

        scratch.Load().ControlSocket.ShouldBe("/elsewhere/x");
    }

    [Fact]
    public void A_configuration_with_which_the_daemon_does_not_start_is_an_error()
    {
        using ScratchInstallation scratch = new(mainCfLines: "tls_random_bytes = x");

        Should.Throw<FatalException>(scratch.Load).Message.ShouldBe("bad numerical configuration: tls_random_bytes = x");
    }

    [Fact]
    public void Its_files_are_main_cf_and_master_cf() =>
        Installation.Files("/x").ShouldBe(["/x/main.cf", "/x/master.cf"]);
}
