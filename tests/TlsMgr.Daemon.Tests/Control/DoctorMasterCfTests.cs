using System;
using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests.Control;

/// <summary>
/// tlsmgrctl doctor takes those files for master.cf that the real master(8) takes, and tells of the others what that says.
/// The real one runs in namespaces of its own, with a network and a logger that are there for nobody else.
/// </summary>
[Trait("Needs", "root")]
public sealed class DoctorMasterCfTests
{
    private const string Debian = "/usr/share/postfix/master.cf.dist";
    private const string Good = "tlsmgr unix - - y 1000? 1 tlsmgr-net";
    private const string FatalPrefix = "fatal: ";
    private const string DoctorPrefix = "Postfix does not start, and stops at a reload: ";

    [Theory]
    [InlineData("tlsmgr")]
    [InlineData("tlsmgr unix - -")]
    [InlineData("tlsmgr unix - - y 1000? 1")]
    [InlineData("tlsmgr UNIX - - y 1000? 1 tlsmgr-net")]
    [InlineData("tlsmgr unix x - y 1000? 1 tlsmgr-net")]
    [InlineData("tlsmgr unix - x y 1000? 1 tlsmgr-net")]
    [InlineData("tlsmgr unix - - q 1000? 1 tlsmgr-net")]
    [InlineData("tlsmgr unix - - { y } 1000? 1 tlsmgr-net")]
    [InlineData("tlsmgr unix - - q 1000?")]
    [InlineData("tlsmgr unix - - y foo 1 tlsmgr-net")]
    [InlineData("tlsmgr unix - - y ? 1 tlsmgr-net")]
    [InlineData("tlsmgr unix - - y 2147483648 1 tlsmgr-net")]
    [InlineData("tlsmgr unix - - y 1000? x tlsmgr-net")]
    [InlineData("tlsmgr unix - - y 1000? 99999999999999999999 tlsmgr-net")]
    [InlineData("tlsmgr\tunix\v- - y 1000? 1 tlsmgr-net")]
    [InlineData("127.0.0.1:2525 inet - - y - - smtpd")]
    [InlineData(Good + "\ngarbage line")]
    [InlineData("# comment\n\n" + Good + "\n\nx unix - -\n# comment\n\n  z\n\ny unix z")]
    [InlineData(Good + " {")]
    [InlineData(Good + " -o { a = b\n  c\nsmtp unix - - - - - smtp")]
    [InlineData(Good + " -o { a = b }}")]
    [InlineData(Good + " -o { a = b }x")]
    [InlineData(Good + " # {")]
    public void What_master_refuses_is_a_fault_in_its_words(string masterCf)
    {
        using ControlRig rig = new();
        string said = AskMaster(rig, masterCf)[^1];
        said.ShouldStartWith(FatalPrefix);

        CommandOutput output = rig.Run("doctor");

        output.Status.ShouldBe(1);
        output.Output.ShouldContain(
            $"fault  master.cf                 {DoctorPrefix}{rig.Mask(said[FatalPrefix.Length..])}\n"
            + $"{new string(' ', 36)}correct that line, as in master(5), then postfix -c ROOT/config reload\n");
        output.Lines[^1].ShouldBe("1 fault");
    }

    [Theory]
    [InlineData("tlsmgr unix - - y 1000?? 1 tlsmgr-net")]
    [InlineData("tlsmgr unix - - y 1000x? 1 tlsmgr-net")]
    [InlineData("tlsmgr unix - - y 1000? 1x tlsmgr-net")]
    public void What_postconf_alone_refuses_is_a_fault_in_its_words(string masterCf)
    {
        using ControlRig rig = new();
        rig.WriteEntry(masterCf);
        string said = Postconf.Run("-c", rig.Directories.Config, "-M").Errors;
        said.ShouldContain("postconf: fatal: ");

        CommandOutput output = rig.Run("doctor");

        output.Output.ShouldContain(
            "fault  master.cf                 postconf rejects the file, and Postfix does not start: "
            + $"ROOT/config/master.cf: line 1: {said.Split(": ")[^1].Split(" in ")[0]}\n");
        output.Lines[^1].ShouldBe("1 fault");
    }

    [Theory]
    [InlineData(Good)]
    [InlineData("\n# x {\ntlsmgr unix - -\n# x\n\n  y 1000?\r\n\t1\n tlsmgr-net\n\f# {\n -v\n")]
    [InlineData("tlsmgr unix - - y 1000? 1 tlsmgr-net -o { smtp_tls_loglevel = } {-v} -o {\n  myhostname = a.b }")]
    [InlineData(Good + " -o syslog_name=a{ -o myhostname=${myhostname}")]
    [InlineData(Good + "\n{ unix - - n - 0 } } {}\nx{ pass - n n 0 - { {a{ } } b}\ny unix-dgram n y - - 0 a}b")]
    [InlineData(Good + "\nx fifo n - - 4294967297? 99999999999999 x\n127.0.0.1:2525 inet n - - 10 1 smtpd")]
    [InlineData("  garbage\n  line {\n" + Good)]
    [InlineData(null)]
    public void What_master_takes_is_no_fault(string? masterCf)
    {
        using ControlRig rig = new();
        string text = masterCf ?? File.ReadAllText(Debian).Replace("smtp      inet", "127.0.0.1:2525 inet");
        AskMaster(rig, text).ShouldContain(line => line.StartsWith("daemon started", StringComparison.Ordinal));

        rig.Run("doctor").Output.ShouldNotContain("fault  master.cf                 " + DoctorPrefix);
        if (masterCf is not null)
        {
            rig.Run("doctor").Lines[^1].ShouldBe("0 faults");
        }
    }

    [Fact]
    public void A_line_that_continues_none_is_no_entry()
    {
        using ControlRig rig = new();
        AskMaster(rig, $"  {Good}")[0].ShouldContain("logical line must not start with whitespace");

        rig.Run("doctor").Output.ShouldContain("there is no service tlsmgr of type unix");
    }

    [Theory]
    [InlineData(Good + " -o { smtpd_tls_session_cache_timeout = 8d } -v")]
    [InlineData(Good + " -vo smtpd_tls_session_cache_timeout=8d -o smtpd_tls_session_cache_timeout=9d")]
    [InlineData(Good + " -o tls_random_exchange_name=/nonexistent/x")]
    [InlineData(Good + " -o mail_version=2.11.0")]
    [InlineData(Good + " -o tlsmgr_control_socket=prng_exch")]
    public void What_the_entry_sets_is_mended_by_the_remedy(string entry)
    {
        using ControlRig rig = new();
        rig.WriteEntry(entry);
        CommandOutput before = rig.Run("doctor");
        before.Lines[^1].ShouldBe("1 fault");
        string remedy = before.Lines.Single(line => line.Contains("-> postconf ", StringComparison.Ordinal))
            .Split("-> ")[1].Split(" && postfix ")[0];

        CommandOutput mended = CommandOutput.Of(
            "/bin/sh", "-c", remedy.Replace("ROOT", rig.Directories.Root, StringComparison.Ordinal));

        (mended.Status, mended.Errors).ShouldBe((0, ""));
        rig.Run("doctor").Lines[^1].ShouldBe("0 faults");
    }

    /// <summary>What the real master(8) logs when it starts with this master.cf; it stops itself after a second.</summary>
    private static string[] AskMaster(ControlRig rig, string masterCf)
    {
        rig.WriteEntry(masterCf);
        string root = rig.Directories.Root;
        using PostlogSocket log = new(Path.Combine(root, "log"));
        CommandOutput.Of(
            "/usr/bin/unshare", "--mount", "--pid", "--net", "--fork", "--kill-child", "/bin/sh", "-c",
            "mount -t tmpfs tmpfs /dev; mknod -m 666 /dev/null c 1 3; touch /dev/log; mount --bind $1/log /dev/log;"
            + "mkdir -p $1/master/pid $1/master/private $1/master/public; ip link set lo up;"
            + "chown postfix $1/master/private $1/master/public;"
            + "cp -r $1/config $1/master; sed -i \"s|^maillog_file = .*|maillog_file =|;"
            + "s|^queue_directory = .*|queue_directory = $1/master|\" $1/master/config/main.cf;"
            + "timeout -s KILL 10 $0 -c $1/master/config -e 1 </dev/null",
            "/usr/lib/postfix/sbin/master", root);
        File.Delete(Path.Combine(root, "log"));
        string config = Path.Combine(root, "master", "config");
        return [.. log.TakeTexts()
            .Select(text => text.Replace(config, rig.Directories.Config, StringComparison.Ordinal))];
    }
}
