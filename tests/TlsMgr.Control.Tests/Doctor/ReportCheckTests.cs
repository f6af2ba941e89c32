using System;
using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Control.Client;
using TlsMgr.Control.Doctor;
using TlsMgr.Control.Tests.Client;
using TlsMgr.Native.Libc;
using Xunit;

namespace TlsMgr.Control.Tests.Doctor;

/// <summary>The findings about what the daemon reports of itself.</summary>
public sealed class ReportCheckTests : IDisposable
{
    private const string Daemon = "status|0|version|0.1.0|pid|12|started|0|sandbox|";

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("tlsmgr-control-");

    [Theory]
    [InlineData("on", "", "Ok: ")]
    [InlineData("examining", "", "Ok: ")]
    [InlineData("off", "open database /x: Permission denied",
        "Fault: the smtpd cache is off: open database /x: Permission denied")]
    [InlineData("degraded", "No space left on device",
        "Fault: the smtpd cache is degraded, and new sessions are not kept: No space left on device")]
    [InlineData("memory", "no locks", "Note: the smtpd cache is held in memory, and ends with the process: no locks")]
    public void The_state_of_a_cache_is_reported_with_its_reason(string state, string reason, string finding) =>
        Describe(CacheFinding(state, reason)).ShouldStartWith(finding);

    [Fact]
    public void A_cache_that_another_instance_holds_gets_a_file_that_no_other_uses() => CacheFinding(
        "off", "unable to get exclusive lock: it is held by process 7 of the Postfix instance at /var/spool/postfix-two")
        .Remedy.Command.ShouldContain("'smtpd_tls_session_cache_database=hash:${data_directory}/smtpd_scache2' && ");

    [Fact]
    public void A_daemon_that_does_not_know_the_request_is_an_older_one()
    {
        using ScratchInstallation scratch = new();
        ExaminedInstallation examined = new(scratch.Load(), InfoReply.Older);

        Describe(RunningProgramCheck.ExamineReport(examined, InfoReply.Older))
            .ShouldBe("Fault: an older daemon is running: it does not know the request info");
    }

    [Theory]
    [InlineData("on||", "Ok: TlsMgr 0.1.0 runs as process 12, since ")]
    [InlineData("off: no seccomp||", "Note: TlsMgr 0.1.0 runs as process 12, since ")]
    public void What_runs_is_described(string sandbox, string finding)
    {
        using ScratchInstallation scratch = new();
        InfoReply info = Info(Daemon + sandbox);

        Finding found = RunningProgramCheck.ExamineReport(new ExaminedInstallation(scratch.Load(), info), info);

        Describe(found).ShouldStartWith(finding);
        found.Text.Contains("no seccomp", StringComparison.Ordinal).ShouldBe(found.Verdict == Verdict.Note);
    }

    [Theory]
    [InlineData("on|memory_lock|on||", "Ok: the memory of the daemon is never swapped out")]
    [InlineData("on|memory_lock|off: Cannot allocate memory||",
        "Note: the memory of the daemon can be swapped out, with keys and sessions: Cannot allocate memory")]
    public void The_memory_lock_is_reported_with_its_reason(string measures, string finding) =>
        Describe(RunningProgramCheck.ExamineMemoryLock(Info(Daemon + measures))!).ShouldStartWith(finding);

    [Fact]
    public void A_memory_lock_that_is_not_reported_is_no_finding() =>
        RunningProgramCheck.ExamineMemoryLock(Info(Daemon + "on||")).ShouldBeNull();

    [Fact]
    public void A_start_time_that_no_calendar_has_is_no_internal_error()
    {
        using ScratchInstallation scratch = new();
        InfoReply info = Info("status|0|version|1|pid|12|started|9223372036854775807||");

        Describe(RunningProgramCheck.ExamineReport(new ExaminedInstallation(scratch.Load(), info), info))
            .ShouldBe("Ok: TlsMgr 1 runs as process 12, since 1970-01-01 00:00:00");
    }

    [Fact]
    public void A_sandbox_that_is_not_wanted_is_not_missed()
    {
        using ScratchInstallation scratch = new(mainCfLines: "tlsmgr_sandbox = no");
        InfoReply info = Info(Daemon + "off: tlsmgr_sandbox||");

        RunningProgramCheck.ExamineReport(new ExaminedInstallation(scratch.Load(), info), info).Verdict
            .ShouldBe(Verdict.Ok);
    }

    [Fact]
    public void A_directory_that_mail_owner_may_not_enter_is_the_barrier()
    {
        UserAccount owner = new("x", uint.MaxValue - 5000, uint.MaxValue - 5000);
        string inner = Directory.CreateDirectory(Path.Combine(_data.FullName, "inner")).FullName;
        string file = Path.Combine(inner, "file");
        File.SetUnixFileMode(_data.FullName, (UnixFileMode)0b111_101_101);
        MailOwnerAccess.FindBarrier(file, owner).ShouldBeNull();
        File.SetUnixFileMode(inner, (UnixFileMode)0b111_100_100);
        MailOwnerAccess.FindBarrier(file, owner).ShouldBe(inner);
        File.SetUnixFileMode(_data.FullName, (UnixFileMode)0b111_000_000);
        MailOwnerAccess.FindBarrier(file, owner).ShouldBe(_data.FullName);
    }

    public void Dispose() => _data.Delete(recursive: true);

    private Finding CacheFinding(string state, string reason)
    {
        File.SetUnixFileMode(_data.FullName, (UnixFileMode)0b111_101_101);
        using ScratchInstallation scratch = new(
            mainCfLines:
            [
                $"data_directory = {_data.FullName}",
                "smtpd_tls_session_cache_database = hash:${data_directory}/smtpd_scache",
            ]);
        InfoReply info = Info($"status|0|version|1|cache.smtpd.state|{state}|cache.smtpd.reason|{reason}||");
        return CacheDatabaseCheck.Examine(new ExaminedInstallation(scratch.Load(), info)).Single();
    }

    private static InfoReply Info(string reply)
    {
        using ServiceConnection connection = new ScriptedTransport(ScriptedTransport.Wire(reply)).Connect();
        return ControlRequests.Info(connection);
    }

    private static string Describe(Finding finding) => $"{finding.Verdict}: {finding.Text}";
}
