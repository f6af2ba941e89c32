using System;
using System.Collections.Generic;
using System.IO;
using System.Text.Json;
using Shouldly;
using TlsMgr.Control.Doctor;
using Xunit;

namespace TlsMgr.Control.Tests.Doctor;

/// <summary>The policies about client certificates of two hosts, side by side.</summary>
public sealed class PoolPolicyReportTests : IDisposable
{
    private const string Digest = "pool.policy.digest";

    private static readonly string[] Asking = ["smtpd_tls_security_level = may", "smtpd_tls_ask_ccert = yes"];

    private readonly string _bundle = Path.GetTempFileName();
    private readonly string _report = Path.GetTempFileName();

    [Fact]
    public void Equal_policies_with_other_services_and_certificates_are_no_difference() => Compare(
        Report("10.0.0.1:25 inet n - n - - smtpd", [.. Asking, "smtpd_tls_cert_file = /a"]),
        Report("smtp inet n - n - 9 smtpd -v", [.. Asking, "smtpd_tls_cert_file = /b"]))
        .ShouldBe(["0 differences"]);

    [Theory]
    [InlineData("smtpd_tls_ccert_verifydepth = 3", "smtpd_tls_ccert_verifydepth: here 9, there 3")]
    [InlineData("smtpd_tls_enable_rpk = yes", "smtpd_tls_enable_rpk: here no, there yes")]
    [InlineData("smtpd_tls_CAfile = BUNDLE", "smtpd_tls_CAfile: here (none), there sha256:92ba714203dc64b1")]
    public void The_parameter_in_which_policies_differ_is_named(string line, string difference)
    {
        File.WriteAllText(_bundle, "certificate");
        string[] differences = Compare(
            Report("smtp inet n - n - - smtpd", Asking),
            Report(
                "smtp inet n - n - - smtpd",
                [.. Asking, line.Replace("BUNDLE", _bundle, StringComparison.Ordinal)]));

        differences.Length.ShouldBe(3);
        differences.ShouldContain($"pool.policy.{difference}");
        differences[2].ShouldBe("2 differences");
    }

    [Fact]
    public void A_policy_that_is_not_known_has_its_reason()
    {
        List<KeyValuePair<string, string>> report = Report(
            "smtp inet n - n - - smtpd", [.. Asking, "smtpd_tls_CAfile = /dev/null"]);
        report[0].ShouldBe(new(Digest, "unknown: /dev/null: not a regular file"));
    }

    [Fact]
    public void Where_nobody_asks_the_constant_is_shown()
    {
        List<KeyValuePair<string, string>> report = Report("smtp inet n - n - - smtpd", []);
        report.ShouldBe([new(Digest, "0e8e-c0e4-c57a-54d1"), new("pool.policy.smtpd_tls_ask_ccert", "no")]);
    }

    public void Dispose()
    {
        File.Delete(_bundle);
        File.Delete(_report);
    }

    private static List<KeyValuePair<string, string>> Report(string entry, string[] mainCf)
    {
        using ScratchInstallation scratch = new($"{entry}\n{ScratchInstallation.Entry}", mainCf);
        return [.. PoolPolicyReport.Collect(scratch.Load())];
    }

    private string[] Compare(List<KeyValuePair<string, string>> here, List<KeyValuePair<string, string>> there)
    {
        string host = JsonSerializer.Serialize(new { host = new Dictionary<string, string>(there) });
        File.WriteAllText(_report, host);
        using StringWriter output = new() { NewLine = "\n" };
        HostComparison.Of(here, _report).Write(output, json: false);
        return output.ToString().TrimEnd('\n').Split('\n');
    }
}
