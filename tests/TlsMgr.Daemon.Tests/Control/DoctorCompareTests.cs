using System;
using System.IO;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests.Control;

/// <summary>tlsmgrctl doctor --compare with the report of another host.</summary>
public sealed class DoctorCompareTests
{
    [Fact]
    public void A_host_is_compared_with_the_report_of_another()
    {
        using ControlRig rig = new();
        string report = Path.Combine(rig.Directories.Root, "other.json");
        File.WriteAllText(report, CommandOutput.Of(
            PublishedBinary.Control, "doctor", "-c", rig.Directories.Config, "--json").Output);

        CommandOutput same = rig.Run("doctor", "--compare", report);
        rig.Configure("smtpd_tls_session_cache_timeout = 7200s", "smtpd_tls_mandatory_protocols = >=TLSv1.3");
        CommandOutput other = rig.Run("doctor", "--compare", report);

        (same.Status, same.Output, same.Errors).ShouldBe((0, "0 differences\n", ""));
        (other.Status, other.Output, other.Errors).ShouldBe((
            1,
            "smtpd_tls_mandatory_protocols: here >=TLSv1.3, there (none)\n"
            + "smtpd_tls_session_cache_timeout: here 7200s, there 3600s\n2 differences\n",
            ""));
    }

    [Theory]
    [InlineData("no JSON", "other.json is no report of tlsmgrctl doctor --json: line 1 is not JSON\n")]
    [InlineData("{\"faults\": 0}", "other.json is no report of tlsmgrctl doctor --json: it has no part host\n")]
    [InlineData(null, "open ROOT/other.json: No such file or directory\n")]
    public void What_is_no_report_gets_one_line(string? content, string error)
    {
        using ControlRig rig = new();
        string report = Path.Combine(rig.Directories.Root, "other.json");
        if (content is not null)
        {
            File.WriteAllText(report, content);
        }

        CommandOutput output = rig.Run("doctor", "--compare", report);

        (output.Status, output.Output).ShouldBe((2, ""));
        output.Errors.ShouldStartWith("tlsmgrctl: fatal: ");
        output.Errors.ShouldEndWith(error);
        output.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(1);
    }
}
