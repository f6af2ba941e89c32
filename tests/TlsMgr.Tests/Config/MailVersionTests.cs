using System;
using System.Diagnostics;
using Shouldly;
using TlsMgr.Postfix.Config;
using TlsMgr.Postfix.Logging;
using Xunit;

namespace TlsMgr.Tests.Config;

[Collection(AloneCollection.Name)]
public sealed class MailVersionTests : IDisposable
{
    private const int ChunkBytes = 64 * 1024;

    private readonly ScratchDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("3.7.11", 3, 7, 11)]
    [InlineData("2.11", 2, 11, 0)]
    [InlineData("3.10.0-RC1", 3, 10, 0)]
    [InlineData("3.11-20250101", 3, 11, 0)]
    public void Releases_are_parsed(string text, int major, int minor, int patch)
    {
        MailVersion.TryParse(text, out MailVersion version).ShouldBeTrue();
        version.ShouldBe(new MailVersion(major, minor, patch));
    }

    [Theory]
    [InlineData("")]
    [InlineData("3")]
    [InlineData("3.")]
    [InlineData("3.7.")]
    [InlineData("-3.7")]
    [InlineData("3.+7")]
    [InlineData("x3.7")]
    [InlineData("3.99999999999")]
    [InlineData("%d.%d")]
    public void Malformed_releases_are_rejected(string text) => MailVersion.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void The_installed_smtpd_contains_the_release_that_postconf_prints()
    {
        InstalledRelease release = InstalledRelease.Find(PostconfValue("daemon_directory"), null);

        (release.IsFound, release.Version.ToString()).ShouldBe((true, PostconfValue("mail_version")));
    }

    [Theory]
    [InlineData("2.11.11", false, false, false)]
    [InlineData("3.0.0", false, true, false)]
    [InlineData("3.5.25", false, true, false)]
    [InlineData("3.6.0", true, true, false)]
    [InlineData("3.10.4", true, true, false)]
    [InlineData("3.11.0", true, true, true)]
    [InlineData("4.0.0", true, true, true)]
    public void The_release_determines_announcement_key_length_and_cache_type(
        string text, bool announces, bool longKeys, bool cacheType)
    {
        MailVersion.TryParse(text, out MailVersion version).ShouldBeTrue();

        (version.AnnouncesProtocol, version.HasLongTicketKeys, version.HasDefaultCacheType)
            .ShouldBe((announces, longKeys, cacheType));
    }

    [Fact]
    public void The_installed_master_contains_the_release_that_postconf_prints()
    {
        string master = PostconfValue("daemon_directory") + "/master";
        MailVersion? found = MailVersion.FindInExecutable(master, out string reason);

        reason.ShouldBeEmpty();
        found.ToString().ShouldBe(PostconfValue("mail_version"));
    }

    [Fact]
    public void A_version_text_across_a_chunk_boundary_is_found()
    {
        byte[] text = [.. "mail_version=%s\0mail_version=3.4.29\0"u8];
        for (int offset = ChunkBytes - text.Length - 1; offset <= ChunkBytes + 1; offset++)
        {
            byte[] content = new byte[(2 * ChunkBytes) + 100];
            text.CopyTo(content, offset);

            MailVersion.FindInExecutable(_directory.Write("master", content), out _)
                .ShouldBe(new MailVersion(3, 4, 29), $"at {offset}");
        }
    }

    [Fact]
    public void A_version_text_at_the_end_of_the_file_is_found()
    {
        byte[] content = [.. new byte[ChunkBytes - 5], .. "mail_version=3.4.29"u8];

        MailVersion.FindInExecutable(_directory.Write("master", content), out _).ShouldBe(new MailVersion(3, 4, 29));
    }

    [Fact]
    public void Without_a_version_text_the_newest_release_is_used_and_the_reason_reported()
    {
        Load("", "/nonexistent").MailVersionOrigin.ShouldBe(
            $"mail_version 3.12.0, by default: open {_directory.Path}/smtpd: No such file or directory");
        string client = _directory.Write("smtpd", "no version here");
        Load("", "/nonexistent").MailVersionOrigin
            .ShouldBe($"mail_version 3.12.0, by default: {client} holds no mail_version");
        Load("", "/nonexistent").MailVersion.ShouldBe(MailVersion.Newest);
    }

    [Fact]
    public void A_configured_mail_version_overrides_the_executables()
    {
        string client = _directory.Write("smtpd", "mail_version=3.7.11");

        Load("", "/nonexistent").MailVersionOrigin.ShouldBe($"mail_version 3.7.11, from {client}");
        Load("mail_version = 3.4.5", "/nonexistent").MailVersionOrigin.ShouldBe("mail_version 3.4.5, as configured");
        Load("mail_version = 3.4.5", "/nonexistent", "-o", "mail_version=2.11.1").MailVersion
            .ShouldBe(new MailVersion(2, 11, 1));
    }

    [Fact]
    public void After_an_upgrade_the_release_is_that_of_the_installed_smtpd_and_the_running_master_is_warned_of()
    {
        string running = _directory.Write("deleted", "mail_version=3.5.25\0");
        _directory.Write("smtpd", "mail_version=3.7.11\0");
        _directory.Write("master", "mail_version=3.7.11\0");
        Log log = RecordingLogTarget.Open(out RecordingLogTarget target);

        Load("", running, log).MailVersion.ShouldBe(new MailVersion(3, 7, 11));
        target.Lines.ShouldBe(
        [
            "h pf: warning: Postfix 3.7.11 is installed, but the running master is of Postfix 3.5.25 "
                + "-- stop and start Postfix",
        ]);
    }

    [Fact]
    public void A_running_master_of_the_installed_release_is_not_warned_of()
    {
        string running = _directory.Write("running", "mail_version=3.7.11\0");
        _directory.Write("smtpd", "mail_version=3.7.11\0");
        Log log = RecordingLogTarget.Open(out RecordingLogTarget target);

        Load("", running, log);
        target.Lines.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("3.11.7", 3, 11, 7)]
    [InlineData("3.12-20260821", 3, 12, 0)]
    public void A_smtpd_without_a_version_text_has_the_bare_number_of_the_master_beside_it(
        string text, int major, int minor, int patch)
    {
        string running = _directory.Write("running", "mail_version=3.5.25\0");
        _directory.Write("smtpd", "no version here");
        _directory.Write("master", $"\0\u007fELF 1.2\00.4\0GLIBC_2.34\01.2.840.113549\0{text}\0");

        Load("", running).MailVersion.ShouldBe(new MailVersion(major, minor, patch));
    }

    [Fact]
    public void Without_a_smtpd_the_release_is_that_of_the_running_master()
    {
        string running = _directory.Write("running", "mail_version=3.5.25\0");

        Load("", running).MailVersionOrigin.ShouldBe($"mail_version 3.5.25, from {running}");
    }

    [Fact]
    public void A_malformed_mail_version_is_warned_of_and_the_newest_is_used()
    {
        Log log = RecordingLogTarget.Open(out RecordingLogTarget target);

        Load("mail_version = new", "/nonexistent", log).MailVersion.ShouldBe(MailVersion.Newest);
        target.Lines.ShouldBe(["h pf: warning: mail_version = new is no version, using 3.12.0"]);
    }

    private PostfixParameters Load(string mainCf, string executable, params string[] arguments) =>
        Load(mainCf, executable, new Log(), arguments);

    private PostfixParameters Load(string mainCf, string executable, Log log, params string[] arguments)
    {
        _directory.Write("main.cf", $"daemon_directory = {_directory.Path}\n{mainCf}");
        ProcessDescription process = new(_directory.Path, "vm", "tlsmgr", 1, executable);
        return PostfixParameters.Load(ParameterStore.Read(process, log), DaemonOptions.Parse(arguments), process);
    }

    private static string PostconfValue(string name)
    {
        ProcessStartInfo start = new("/usr/sbin/postconf", ["-d", "-h", name]) { RedirectStandardOutput = true };
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start(start)!;
        return process.StandardOutput.ReadToEnd().Trim();
    }
}
