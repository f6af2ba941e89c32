using System.IO;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests.Control;

/// <summary>tlsmgrctl doctor run by users who cannot look at everything: what one may not see is no fault.</summary>
[Trait("Needs", "root")]
public sealed class DoctorUserTests
{
    private const UnixFileMode ForRootAlone = (UnixFileMode)0b110_000_000;
    private const UnixFileMode Unsearchable = (UnixFileMode)0b111_000_000;

    [Theory]
    [InlineData("doctor")]
    [InlineData("doctor", "--json")]
    public void A_stranger_is_told_to_run_it_as_root(params string[] verb)
    {
        using ControlRig rig = new();

        CommandOutput output = Run(rig, "nobody", verb);

        (output.Status, output.Output).ShouldBe((2, ""));
        output.Errors.ShouldBe(
            $"tlsmgrctl: fatal: only root and {rig.Directories.Owner} have access to the files and sockets of tlsmgr: "
            + "run doctor as root\n");
    }

    [Theory]
    [InlineData("main.cf")]
    [InlineData("master.cf")]
    public void A_file_that_may_not_be_read_is_no_fault_of_its_own(string name)
    {
        using ControlRig rig = new();
        File.SetUnixFileMode(Path.Combine(rig.Directories.Config, name), ForRootAlone);

        CommandOutput output = Run(rig, rig.Directories.Owner, "doctor");

        (output.Status, output.Output).ShouldBe((2, ""));
        output.Errors.ShouldBe(
            $"tlsmgrctl: fatal: open ROOT/config/{name}: Permission denied: run doctor as root\n");
    }

    [Fact]
    public void Mail_owner_finds_what_root_finds()
    {
        using ControlRig rig = new();

        rig.Mask(Run(rig, rig.Directories.Owner, "doctor").Output).ShouldBe(rig.Run("doctor").Output);
    }

    [Fact]
    public void What_is_roots_alone_mail_owner_is_told_to_look_at_as_root()
    {
        using ControlRig rig = new();
        rig.Daemon.Ask("request|seed|size|1||").ShouldStartWith("status|0|", customMessage: "it has read main.cf");
        string device = Path.Combine(rig.Directories.Root, "device");
        File.WriteAllText(device, "seed");
        File.SetUnixFileMode(device, ForRootAlone);
        rig.Configure($"tls_random_source = dev:{device}");
        string daemons = Path.Combine(rig.Directories.Root, "libexec");
        File.SetUnixFileMode(daemons, Unsearchable);

        CommandOutput output = Run(rig, rig.Directories.Owner, "doctor");

        output.Status.ShouldBe(0, output.Output);
        foreach (string text in new[]
        {
            "master.cf                 this user has no access to ROOT/libexec/tlsmgr-net",
            "tls_random_source         this user has no access to dev:ROOT/device",
        })
        {
            output.Output.ShouldContain($"note   {text}\n{new string(' ', 36)}run doctor as root\n");
        }

        rig.Run("doctor").Output.ShouldNotContain("note");
    }

    [Theory]
    [InlineData("stats")]
    [InlineData("keys")]
    [InlineData("rotate")]
    public void A_stranger_may_not_connect(string verb)
    {
        using ControlRig rig = new();

        CommandOutput output = Run(rig, "nobody", verb);

        (output.Status, output.Output).ShouldBe((2, ""));
        output.Errors.ShouldBe(
            "tlsmgrctl: fatal: connect to ROOT/data/tlsmgr_control: Permission denied: only root and mail_owner may\n");
    }

    private static CommandOutput Run(ControlRig rig, string user, params string[] verb)
    {
        CommandOutput output = CommandOutput.Of(
            "setpriv",
            ["--reuid", user, "--clear-groups", PublishedBinary.Control, .. verb, "-c", rig.Directories.Config]);
        return output with { Output = rig.Mask(output.Output), Errors = rig.Mask(output.Errors) };
    }
}
