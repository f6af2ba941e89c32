using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Control.Client;
using TlsMgr.Control.Doctor;
using TlsMgr.Control.Tests.Client;
using TlsMgr.Control.Tests.Pool;
using Xunit;

namespace TlsMgr.Control.Tests.Doctor;

/// <summary>What doctor finds of shared sessions.</summary>
public sealed class SharingCheckTests : IDisposable
{
    private const string Smtpd = "smtp inet n - y - - smtpd\n";
    private const string Entry = Smtpd + "tlspool unix - - y - 1 tlspool";
    private const string Wanted = "tlsmgr_pool_caches = smtpd\ntlspool_server = unix:/run/redis.sock\ndaemon_directory = ";
    private const string Sound = "Ok: master.cf has the service tlspool, with one process";

    private readonly string _programs = Directory.CreateTempSubdirectory("tlsmgr-programs-").FullName;

    public SharingCheckTests()
    {
        string program = Path.Combine(_programs, "tlspool");
        File.WriteAllText(program, "");
        File.SetUnixFileMode(program, (UnixFileMode)0b111_101_101);
    }

    [Fact]
    public void Without_shared_caches_nothing_is_said()
    {
        Findings(Entry, "").ShouldBeEmpty();
        State("sharing|none|", "").ShouldBeEmpty();
    }

    [Fact]
    public void A_sound_configuration_is_ok() => Findings(Entry, Wanted + _programs).ShouldBe([Sound]);

    [Theory]
    [InlineData(
        Smtpd, "sessions are not shared: master.cf has no service tlspool of type unix",
        "-M 'tlspool/unix=tlspool unix - - y - 1 tlspool'")]
    [InlineData(
        Smtpd + "tlspool unix - - y - 0 tlspool",
        "sessions are not shared: the process limit of tlspool is 0, and tlspool requires 1",
        "-F 'tlspool/unix/process_limit=1'")]
    [InlineData(
        Smtpd + "tlspool unix n - y - 1 tlspool",
        "sessions are not shared: the service tlspool is not private: its socket is in public/",
        "-F 'tlspool/unix/private=-'")]
    [InlineData(
        Smtpd + "tlspool unix - - y - 1 other",
        "sessions are not shared: the command of tlspool is other, and there is no PROGRAMS/other",
        "-F 'tlspool/unix/command=tlspool'")]
    public void A_fault_of_the_entry_has_a_remedy(string masterCf, string text, string remedy)
    {
        Finding fault = Examine(masterCf, Wanted + _programs).Single(finding => finding.Verdict == Verdict.Fault);

        fault.Text.Replace(_programs, "PROGRAMS").ShouldBe(text);
        fault.Remedy.Command.ShouldContain(remedy);
    }

    [Fact]
    public void A_program_that_cannot_be_executed_is_a_fault()
    {
        File.SetUnixFileMode(Path.Combine(_programs, "tlspool"), UnixFileMode.UserRead);

        Findings(Entry, Wanted + _programs).ShouldContain(
            $"Fault: sessions are not shared: {_programs}/tlspool cannot be executed");
    }

    [Fact]
    public void A_pool_and_a_server_have_to_be_named()
    {
        Findings(Entry, $"tlsmgr_pool_caches = smtp\ndaemon_directory = {_programs}", pool: "").ShouldBe(
        [
            "Fault: sessions are not shared: tlsmgr_pool_caches is set, and tlsmgr_pool_name is not", Sound,
            "Fault: sessions are not shared: tlspool_server is not set",
        ]);
    }

    [Theory]
    [InlineData("inet:10.0.0.9:6379", "", "Note: sessions go to inet:10.0.0.9:6379 sealed, and without TLS")]
    [InlineData("inet:127.0.0.1:1, inet:cache.example.com:6379", "", "Note: sessions go to inet:cache.example.com:6379 sealed")]
    [InlineData("inet:[2001:db8::1]:6379", "", "Note: sessions go to inet:[2001:db8::1]:6379 sealed")]
    [InlineData("inet:10.0.0.9:6379", "tlspool_password_file = /dev/null", "Fault: the password goes to inet:10.0.0.9:6379")]
    public void Plain_TCP_to_another_machine_is_pointed_out(string server, string line, string text) =>
        Findings(Entry, $"{Lines(server)}\n{line}").ShouldContain(
            finding => finding.StartsWith(text, StringComparison.Ordinal));

    [Theory]
    [InlineData("inet:127.0.0.1:6379")]
    [InlineData("inet:[::1]:6379")]
    [InlineData("inet:localhost:6379")]
    [InlineData("unix:/run/a unix:/run/b")]
    [InlineData("inet:10.0.0.9:6379\ntlspool_tls_CAfile = /ca.pem")]
    public void A_server_here_or_with_TLS_is_sound(string server) => Findings(Entry, Lines(server)).ShouldBe([Sound]);

    [Theory]
    [InlineData(0b110_000_000, false)]
    [InlineData(0b110_100_000, true)]
    [InlineData(0b110_000_100, true)]
    public void The_password_is_for_its_owner_alone(int mode, bool isFault)
    {
        string file = Path.Combine(_programs, "password");
        File.WriteAllText(file, "secret\n");
        File.SetUnixFileMode(file, (UnixFileMode)mode);

        Findings(Entry, $"{Wanted}{_programs}\ntlspool_password_file = {file}")
            .Contains("Fault: others than its owner may read password, which has the password").ShouldBe(isFault);
    }

    [Fact]
    public void A_password_file_that_is_missing_is_a_fault() =>
        Findings(Entry, $"{Wanted}{_programs}\ntlspool_password_file = /nonexistent").ShouldContain(
            "Fault: sessions are not shared: /nonexistent: No such file or directory");

    [Theory]
    [InlineData("sharing|on|sharing_caches|smtpd|sharing_server|unix:/run/redis.sock|sharing_server_version|redis 7.0.15|",
        "Ok: sessions of smtpd are shared through unix:/run/redis.sock (redis 7.0.15)")]
    [InlineData("sharing|off|sharing_reason|the server refuses the password|",
        "Fault: sessions are not shared: the server refuses the password")]
    [InlineData("sharing|on|sharing_reason|smtp: a map is elsewhere|",
        "Fault: sessions of some caches are not shared: smtp: a map is elsewhere")]
    [InlineData("sharing|on|sharing_state|unreachable|sharing_fault|connection refused|",
        "Fault: sessions are not shared: the server is not reached: connection refused")]
    [InlineData("sharing|none|",
        "Fault: sessions are not shared: the daemon does not know of tlsmgr_pool_caches yet")]
    public void The_daemon_says_whether_sessions_are_shared(string reply, string finding) =>
        State(reply, Wanted + "/nonexistent").ShouldBe([finding]);

    [Theory]
    [InlineData("sharing_commands_refused|xadd xread|", "Fault: the server refuses commands to the user of tlspool: xadd xread")]
    [InlineData("sharing_policy|noeviction|", "Note: the server evicts nothing: when its memory is full, sessions are not shared")]
    [InlineData("sharing_clients|80|sharing_maxclients|100|", "Note: the server has 80 clients, and accepts 100 at most (maxclients)")]
    public void What_the_server_lacks_is_pointed_out(string reply, string finding) =>
        State($"sharing|on|sharing_caches|smtpd|{reply}", Wanted + "/nonexistent").Last().ShouldBe(finding);

    [Theory]
    [InlineData("sharing_policy|volatile-ttl|")]
    [InlineData("sharing_clients|79|sharing_maxclients|100|")]
    [InlineData("sharing_clients|0|sharing_maxclients|0|")]
    public void A_sound_server_has_no_remark(string reply) =>
        State($"sharing|on|sharing_caches|smtpd|{reply}", Wanted + "/nonexistent").Length.ShouldBe(1);

    [Fact]
    public void A_missing_entry_explains_what_the_daemon_reports()
    {
        using PoolHost host = new("mx", masterCf: Smtpd, line: Wanted + _programs);
        ExaminedInstallation examined = Examined(host, "sharing|off|sharing_reason|no socket|");

        Finding fault = CauseAttribution
            .Apply([.. SharingServiceCheck.Examine(examined), .. SharingStateCheck.Examine(examined)])
            .Single(finding => finding.Verdict == Verdict.Fault);

        fault.Consequences.ShouldBe(["sessions are not shared: no socket"]);
    }

    [Fact]
    public void Hosts_compare_what_their_session_ids_end_in()
    {
        using PoolHost host = new("mx", masterCf: Entry, line: Wanted + "/nonexistent");
        Dictionary<string, string> values = new(HostReport.Collect(Examined(host, "sharing|on|")));

        values["sharing.caches"].ShouldBe("smtpd");
        values["sharing.smtpd_session_ids"].ShouldBe($"smtp {values["openssl.version"]}".TrimEnd());
        values["tlspool_server"].ShouldBe("unix:/run/redis.sock");
        using PoolHost other = new("mx");
        HostReport.Collect(Examined(other, "sharing|none|")).ShouldAllBe(
            value => !value.Key.StartsWith("sharing.", StringComparison.Ordinal));
    }

    public void Dispose() => Directory.Delete(_programs, recursive: true);

    private string Lines(string server) =>
        $"tlsmgr_pool_caches = smtpd\ndaemon_directory = {_programs}\ntlspool_server = {server}";

    private static List<Finding> Examine(string masterCf, string lines, string pool = "mx")
    {
        using PoolHost host = new(pool, masterCf: masterCf, line: lines);
        return [.. SharingServiceCheck.Examine(Examined(host, "sharing|on|"))];
    }

    private static string[] Findings(string masterCf, string lines, string pool = "mx") =>
        [.. Examine(masterCf, lines, pool).Select(Text)];

    private static string[] State(string reply, string lines)
    {
        using PoolHost host = new("mx", masterCf: Entry, line: lines);
        return [.. SharingStateCheck.Examine(Examined(host, reply)).Select(Text)];
    }

    private static ExaminedInstallation Examined(PoolHost host, string reply)
    {
        using ServiceConnection connection = ScriptedTransport.Connect(
            "status|0|pool|mx||", $"status|0|state|on|{reply}|");
        return new ExaminedInstallation(
            host.File.Installation, ControlRequests.Info(connection), PoolRequests.Status(connection));
    }

    private static string Text(Finding finding) => $"{finding.Verdict}: {finding.Text}";
}
