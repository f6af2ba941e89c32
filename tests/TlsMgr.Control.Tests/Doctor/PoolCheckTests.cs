using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Shouldly;
using TlsMgr.Control.Client;
using TlsMgr.Control.Doctor;
using TlsMgr.Control.Tests.Client;
using TlsMgr.Control.Tests.Pool;
using Xunit;

namespace TlsMgr.Control.Tests.Doctor;

/// <summary>What doctor finds of a pool.</summary>
public sealed class PoolCheckTests
{
    private const string Address = "10.0.0.1:25 inet n - y - - smtpd";

    [Fact]
    public void Without_a_pool_nothing_is_said()
    {
        using PoolHost host = new();

        Findings(host, PoolStateCheck.Examine).ShouldBeEmpty();
        Findings(host, PoolSharingCheck.Examine).ShouldBeEmpty();
    }

    [Fact]
    public void A_sound_state_is_ok()
    {
        using PoolHost host = new("mx");
        host.Run("init");

        Findings(host, PoolStateCheck.Examine).ShouldBe(["Ok: STATE is of pool mx, generation 1"]);
    }

    [Theory]
    [InlineData("missing", "Fault: ticket keys are random: STATE: No such file or directory")]
    [InlineData("empty", "Fault: ticket keys are random: STATE: it is empty")]
    [InlineData("damaged", "Fault: ticket keys are random: STATE: it is damaged, or no state of a pool")]
    [InlineData("readable", "Fault: ticket keys are random: others than OWNER may read STATE")]
    [InlineData("directory", "Fault: ticket keys are random: STATE is no regular file")]
    [InlineData("link", "Fault: ticket keys are random: STATE is no regular file")]
    [InlineData("named twice", "Fault: ticket keys are random: STATE has another name, too")]
    public void A_fault_of_the_state_file_has_a_remedy(string kind, string text)
    {
        using PoolHost host = new("mx");
        host.Run("init");
        Spoil(host.StateFile, kind);

        Finding finding = PoolStateCheck.Examine(new ExaminedInstallation(host.File.Installation)).Single();

        Text(host, finding).ShouldBe(text);
        (finding.Remedy.Command + finding.Remedy.Advice).ShouldNotBeEmpty();
    }

    [Fact]
    public void A_state_of_another_pool_is_a_fault_and_one_of_no_pool_a_note()
    {
        using PoolHost other = new("other");
        other.Run("init", "mx");
        Findings(other, PoolStateCheck.Examine).ShouldBe(
            ["Fault: ticket keys are random: STATE is of pool mx, and tlsmgr_pool_name is other"]);

        using PoolHost none = new();
        none.Run("init", "mx");
        Findings(none, PoolStateCheck.Examine).ShouldBe(["Note: STATE is of pool mx, and tlsmgr_pool_name is not set"]);
    }

    [Theory]
    [InlineData("pool|mx|pool_fault||", "Ok: the daemon has the ticket keys of pool mx")]
    [InlineData("pool|mx|pool_fault|a reason|", "Fault: this host does not share: a reason")]
    [InlineData("pool||pool_fault||", "Fault: the daemon does not know of pool mx yet")]
    public void The_reason_of_the_daemon_is_a_fault(string info, string finding)
    {
        using PoolHost host = new("mx");

        Findings(host, PoolSharingCheck.Examine, $"status|0|{info}|").ShouldContain(finding);
    }

    [Fact]
    public void A_fault_of_the_state_explains_that_the_host_does_not_share()
    {
        using PoolHost host = new("mx");
        using ServiceConnection connection = ScriptedTransport.Connect("status|0|pool|mx|pool_fault|no state||");
        ExaminedInstallation examined = new(host.File.Installation, ControlRequests.Info(connection));

        Finding fault = CauseAttribution
            .Apply([.. PoolStateCheck.Examine(examined), .. PoolSharingCheck.Examine(examined)])
            .Single(finding => finding.Verdict == Verdict.Fault);

        fault.Consequences.ShouldBe(["this host does not share: no state"]);
    }

    [Theory]
    [InlineData("3.11.6", "Note: the service 10.0.0.1:25 is named by its address: from Postfix 3.11.7 on, its tickets are good nowhere else")]
    [InlineData("3.11.7", "Fault: the service 10.0.0.1:25 is named by its address: its tickets are good nowhere else")]
    [InlineData("3.12.0", "Fault: the service 10.0.0.1:25 is named by its address: its tickets are good nowhere else")]
    public void A_service_that_is_named_by_its_address_gets_a_name(string release, string text)
    {
        using PoolHost host = new("mx", masterCf: Address, line: $"mail_version = {release}");

        Finding finding = PoolSharingCheck.Examine(new ExaminedInstallation(host.File.Installation)).Last();

        Text(host, finding).ShouldBe(text);
        finding.Remedy.Command.ShouldContain("-F '10.0.0.1:25/inet/command=smtpd -n smtp'");
    }

    [Theory]
    [InlineData("smtp inet n - y - 1 postscreen\n", "smtpd, tlsproxy")]
    [InlineData("", "smtpd")]
    public void The_service_that_does_tls_for_postscreen_is_one_of_the_names(string postscreen, string names)
    {
        using PoolHost host = new(
            "mx", masterCf: $"{postscreen}smtpd pass - - y - - smtpd\ntlsproxy unix - - y - 0 tlsproxy",
            line: "mail_version = 3.11.7");

        Findings(host, PoolSharingCheck.Examine).ShouldContain(
            $"Ok: tickets of Postfix 3.11.7 are good at hosts of 3.11.7 and later with the same services: {names}");
    }

    [Fact]
    public void Another_cipher_and_no_tickets_are_pointed_out()
    {
        using PoolHost host = new(
            "mx", masterCf: "smtp inet n - y - - smtpd -o tls_session_ticket_cipher=aes-128-cbc",
            line: "smtpd_tls_session_cache_timeout = 0");

        string[] findings = Findings(host, PoolSharingCheck.Examine);

        findings.ShouldContain("Fault: smtpd_tls_session_cache_timeout is 0: there are no tickets");
        findings.ShouldContain("Note: smtp has a tls_session_ticket_cipher of its own in master.cf: its tickets are good "
            + "only where the other hosts have the same");
    }

    private static void Spoil(string path, string kind)
    {
        byte[] content = File.ReadAllBytes(path);
        switch (kind)
        {
            case "empty":
                File.WriteAllBytes(path, []);
                break;
            case "damaged":
                Array.ForEach([0, 4096], offset => content[offset + 30] ^= 1);
                File.WriteAllBytes(path, content);
                break;
            case "readable":
                File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.GroupRead);
                break;
            case "named twice":
                System.Diagnostics.Process.Start("ln", [path, $"{path}.second"]).WaitForExit();
                break;
            default:
                File.Delete(path);
                Replace(path, kind);
                break;
        }
    }

    private static void Replace(string path, string kind)
    {
        if (kind == "directory")
        {
            Directory.CreateDirectory(path);
        }
        else if (kind == "link")
        {
            File.CreateSymbolicLink(path, "/etc/passwd");
        }
    }

    private static string[] Findings(
        PoolHost host, Func<ExaminedInstallation, IEnumerable<Finding>> check, string info = "status|4294967294||")
    {
        using ServiceConnection connection = ScriptedTransport.Connect(info);
        ExaminedInstallation examined = new(host.File.Installation, ControlRequests.Info(connection));
        return [.. check(examined).Select(finding => Text(host, finding))];
    }

    private static string Text(PoolHost host, Finding finding) => new StringBuilder($"{finding.Verdict}: {finding.Text}")
        .Replace(host.StateFile, "STATE").Replace(host.File.Installation.Postfix.MailOwner.Name, "OWNER").ToString();
}
