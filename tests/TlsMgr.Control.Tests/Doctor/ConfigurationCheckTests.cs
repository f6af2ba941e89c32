using System;
using System.Collections.Generic;
using System.Linq;
using Shouldly;
using TlsMgr.Control.Doctor;
using Xunit;

namespace TlsMgr.Control.Tests.Doctor;

/// <summary>The checks that read the configuration alone.</summary>
public sealed class ConfigurationCheckTests
{
    private const string Cache = "smtpd_tls_session_cache_database = lmdb:/nonexistent/x";

    [Theory]
    [InlineData("1", "Ok: the process limit of tlsmgr is 1")]
    [InlineData("-", "Fault: the process limit of tlsmgr is -, and tlsmgr requires 1")]
    [InlineData("2", "Fault: the process limit of tlsmgr is 2, and tlsmgr requires 1")]
    public void The_process_limit_is_1(string limit, string finding) => Findings(
        ProcessLimitCheck.Examine, $"tlsmgr unix - - y 1000? {limit} tlsmgr-net").ShouldBe([finding]);

    [Theory]
    [InlineData("-", "y", "Ok: tlsmgr runs with /queue as its root")]
    [InlineData("-", "n", "Ok: tlsmgr runs without a chroot jail, and can run in one")]
    public void A_jail_is_recommended(string unprivileged, string chroot, string finding) => Findings(
        JailCheck.Examine, $"tlsmgr unix - {unprivileged} {chroot} 1000? 1 tlsmgr-net").ShouldBe([finding]);

    [Fact]
    public void Privileges_are_noted() => Findings(JailCheck.Examine, "tlsmgr unix - n y 1000? 1 tlsmgr-net")
        .ShouldContain("Note: tlsmgr runs with the privileges of root, which it does not need");

    [Theory]
    [InlineData("0", "Ok: tlsmgr runs with /queue as its root")]
    [InlineData("3.6", "Ok: tlsmgr runs without a chroot jail, and can run in one")]
    public void The_default_jail_depends_on_the_compatibility_level(string level, string finding) => Findings(
        JailCheck.Examine, "tlsmgr unix - - - 1000? 1 tlsmgr-net", $"compatibility_level = {level}").ShouldBe([finding]);

    [Fact]
    public void Own_parameters_belong_into_their_own_file()
    {
        Findings(OwnParameterCheck.Examine, ScratchInstallation.Entry).ShouldHaveSingleItem().ShouldStartWith("Ok: ");
        Findings(
            OwnParameterCheck.Examine, ScratchInstallation.Entry, "tlsmgr_sandbox = no", "tlsmgr_control_socket = it's",
            "tlsmgr_service_name = tlsmgr").ShouldBe(
            [
                "Note: tlsmgr_control_socket is set in main.cf, where Postfix's commands warn of it",
                "Note: tlsmgr_sandbox is set in main.cf, where Postfix's commands warn of it",
            ]);
    }

    [Theory]
    [InlineData("tlsmgr_sandbx = no", "tlsmgr_sandbx in main.cf is no parameter; did you mean tlsmgr_sandbox?")]
    [InlineData("tlsmgr_foo = x", "tlsmgr_foo in main.cf is no parameter")]
    public void A_misspelt_name_is_a_fault(string line, string text) => Findings(
        OwnParameterCheck.Examine, ScratchInstallation.Entry, line).ShouldBe([$"Fault: {text}"]);

    [Fact]
    public void What_is_not_near_an_own_name_is_another_programs() => Findings(
        OwnParameterCheck.Examine, ScratchInstallation.Entry, "smtpd_tls_loglevel = 1", "virtual_foo = x",
        "tlsmgr_service_name = tlsmgr").ShouldHaveSingleItem().ShouldStartWith("Ok: ");

    [Fact]
    public void With_the_tlsmgr_of_Postfix_nothing_is_said_of_what_it_does_not_have()
    {
        const string Original = "tlsmgr unix - - y 1000? 1 tlsmgr";
        Findings(OwnParameterCheck.Examine, Original).ShouldBeEmpty();
        Findings(CacheDatabaseCheck.Examine, Original, Cache)
            .ShouldBe(["Ok: smtpd_tls_session_cache_database is lmdb:/nonexistent/x"]);
    }

    [Theory]
    [InlineData("86400s", "Ok: smtpd_tls_session_cache_timeout is 86400s")]
    [InlineData(
        "86401s", "Note: smtpd_tls_session_cache_timeout is 86401s: more than a day weakens forward secrecy (RFC 9325)")]
    [InlineData(
        "604800s", "Note: smtpd_tls_session_cache_timeout is 604800s: more than a day weakens forward secrecy (RFC 9325)")]
    [InlineData("604801s", "Fault: smtpd_tls_session_cache_timeout is 604801s: RFC 8446 allows 7 days")]
    public void Timeouts_are_those_of_the_standards(string timeout, string finding) => Findings(
        CacheTimeoutCheck.Examine, ScratchInstallation.Entry, $"smtpd_tls_session_cache_timeout = {timeout}")
        .ShouldBe([finding]);

    [Fact]
    public void Without_tickets_and_caches_there_is_no_timeout() => Findings(
        CacheTimeoutCheck.Examine, ScratchInstallation.Entry, "smtpd_tls_session_cache_timeout = 0").ShouldBeEmpty();

    [Theory]
    [InlineData("smtpd", ", and there are no ticket keys")]
    [InlineData("smtp", "")]
    public void A_cache_without_time_is_a_fault(string cache, string more) => Findings(
        CacheTimeoutCheck.Examine, ScratchInstallation.Entry, $"{cache}_tls_session_cache_database = btree:/x",
        $"{cache}_tls_session_cache_timeout = 0").ShouldContain(
            $"Fault: {cache}_tls_session_cache_timeout is 0: the {cache} cache is off, though it has a database{more}");

    [Fact]
    public void Caches_have_a_type_a_directory_and_a_file_of_their_own() => Findings(
        CacheDatabaseCheck.Examine, ScratchInstallation.Entry, Cache, "smtp_tls_session_cache_database = mysql:x",
        "lmtp_tls_session_cache_database = lmdb:/nonexistent/x").ShouldBe(
        [
            "Fault: /nonexistent/x.lmdb: /nonexistent: No such file or directory",
            "Fault: smtp_tls_session_cache_database = mysql:x: a cache cannot have type mysql",
            "Fault: tlsmgr does not start: lmtp and smtpd share /nonexistent/x.lmdb",
        ]);

    [Fact]
    public void An_entry_is_examined_field_by_field() => Findings(
        ServiceEntryCheck.Examine, "tlsmgr unix n - y 60 1 nothing -Q\ntlsmgr unix n - y 60 1 nothing -Q",
        "daemon_directory = /nonexistent").ShouldBe(
        [
            "Fault: the command of tlsmgr is nothing, and there is no /nonexistent/nothing",
            "Fault: tlsmgr does not start: invalid option: Q",
            "Note: there are several services tlsmgr of type unix: Postfix uses the last",
            "Fault: the service is not private: its socket is in public/, and clients use private/",
            "Note: the wake-up time is 60; the default is 1000?",
        ]);

    [Fact]
    public void A_missing_entry_is_a_fault() => Findings(ServiceEntryCheck.Examine, "x unix - - y 1 1 x")
        .ShouldBe(["Fault: there is no service tlsmgr of type unix: programs disable TLS"]);

    [Fact]
    public void A_missing_file_is_a_fault()
    {
        using ScratchInstallation scratch = new(masterCf: null);

        ServiceEntryCheck.Examine(new ExaminedInstallation(scratch.Load())).Single().Text
            .ShouldBe($"there is no {scratch.MasterCf}: Postfix does not start");
    }

    [Fact]
    public void A_Postfix_that_does_not_run_is_reported() => Findings(ReplyCheck.Examine, ScratchInstallation.Entry)
        .ShouldBe(["Fault: Postfix is not running"]);

    [Theory]
    [InlineData("", "Note: it is empty: seeds depend on the kernel alone, and each start logs a warning")]
    [InlineData("dev:/dev/null", "Ok: dev:/dev/null can be opened")]
    [InlineData("/nonexistent", "Fault: /nonexistent: No such file or directory")]
    [InlineData("dev:/tmp", "Fault: dev:/tmp: Is a directory")]
    [InlineData("egd:/nonexistent", "Fault: egd:/nonexistent: No such file or directory")]
    public void The_entropy_source_can_be_opened(string source, string finding) => Findings(
        EntropySourceCheck.Examine, ScratchInstallation.Entry, $"tls_random_source = {source}").ShouldBe([finding]);

    private static string[] Findings(
        Func<ExaminedInstallation, IEnumerable<Finding>> check, string masterCf, params string[] mainCfLines)
    {
        using ScratchInstallation scratch = new(masterCf, mainCfLines);
        return [.. check(new ExaminedInstallation(scratch.Load())).Select(finding => $"{finding.Verdict}: {finding.Text}")];
    }
}
