using System;
using System.IO;
using Shouldly;
using TlsMgr.Control.Doctor;
using TlsMgr.Control.Setup;
using TlsMgr.Postfix.Logging;
using Xunit;

namespace TlsMgr.Control.Tests.Doctor;

/// <summary>Remedies change a value where it is set, and are one line for a shell.</summary>
public sealed class RemedyTests
{
    private const string Name = "tls_random_bytes";

    [Fact]
    public void A_parameter_of_tlsmgr_cf_is_changed_there()
    {
        using ScratchInstallation scratch = new();
        string file = $"{scratch.Path}/tlsmgr.cf";
        File.WriteAllText(file, "tlsmgr_control_socket = x\n");
        Remedies remedies = Serving(scratch);

        remedies.Reset("tlsmgr_control_socket").Command
            .ShouldBe($"sed -i '/^tlsmgr_control_socket[[:space:]]*=/d' {file} && {Reload(scratch)}");
        remedies.Set("tlsmgr_control_socket", "y").Command.ShouldBe(
            $"sed -i '/^tlsmgr_control_socket[[:space:]]*=/d' {file} && "
                + $"printf '%s\\n' 'tlsmgr_control_socket = y' >>{file} && {Reload(scratch)}");
        remedies.MoveToOwnFile("tlsmgr_control_socket", "it's $x").Command.ShouldBe(
            $"printf '%s\\n' 'tlsmgr_control_socket = it'\\''s $x' >>{file} && "
                + $"postconf -c {scratch.Path} -X tlsmgr_control_socket && {Reload(scratch)}");
        remedies.RenameInOwnFile("a", "b").Command
            .ShouldBe($"sed -i 's/^a\\([[:space:]]*=\\)/b\\1/' {file} && {Reload(scratch)}");
    }

    [Fact]
    public void A_relative_directory_is_absolute_in_a_remedy()
    {
        using ScratchInstallation scratch = new();
        string relative = Path.GetRelativePath(Directory.GetCurrentDirectory(), scratch.Path);
        Remedies remedies = new(Installation.Load(relative, new Log()), () => true, () => true);

        remedies.ApplyOnly().Command.ShouldBe(Reload(scratch));
    }

    [Fact]
    public void A_value_of_main_cf_is_set_there()
    {
        using ScratchInstallation scratch = new();
        Remedies remedies = Serving(scratch);

        remedies.Set(Name, "32").ShouldBe(new Remedy(
            $"postconf -c {scratch.Path} 'tls_random_bytes=32' && {Reload(scratch)}"));
        remedies.Reset(Name).Command.ShouldBe($"postconf -c {scratch.Path} -X tls_random_bytes && {Reload(scratch)}");
        remedies.SetField("chroot", "y").Command
            .ShouldBe($"postconf -c {scratch.Path} -F 'tlsmgr/unix/chroot=y' && {Reload(scratch)}");
    }

    [Theory]
    [InlineData(" -o tls_random_bytes=16")]
    [InlineData(" -o { tls_random_bytes = 16 }")]
    public void A_value_of_an_option_is_set_in_master_cf(string option)
    {
        using ScratchInstallation scratch = new(ScratchInstallation.Entry + option);
        Remedies remedies = Serving(scratch);

        remedies.Set(Name, "32").Command
            .ShouldBe($"postconf -c {scratch.Path} -P 'tlsmgr/unix/tls_random_bytes=32' && {Reload(scratch)}");
        remedies.Reset(Name).Command
            .ShouldBe($"postconf -c {scratch.Path} -PX 'tlsmgr/unix/tls_random_bytes' && {Reload(scratch)}");
    }

    [Fact]
    public void An_entry_with_a_value_in_one_word_with_its_option_is_written_anew()
    {
        using ScratchInstallation scratch = new(
            ScratchInstallation.Entry + " -v -otls_random_bytes=16 -o { mail_version = 3.5 }");
        Remedies remedies = Serving(scratch);
        string entry = $"postconf -c {scratch.Path} -M 'tlsmgr/unix=tlsmgr unix - - y 1000? 1 tlsmgr-net -v -o ";

        remedies.Set(Name, "32").Command
            .ShouldBe(entry + $"{{ mail_version = 3.5 }} -o tls_random_bytes=32' && {Reload(scratch)}");
        remedies.Reset(Name).Command.ShouldBe(entry + $"{{ mail_version = 3.5 }}' && {Reload(scratch)}");
    }

    [Fact]
    public void A_master_cf_that_postconf_rejects_is_corrected_first()
    {
        using ScratchInstallation scratch = new("a unix - - y 1x 1 x\n" + ScratchInstallation.Entry);

        Serving(scratch).SetField("chroot", "y").ShouldBe(Remedy.Advise(
            "correct the other line of master.cf, then: "
            + $"postconf -c {scratch.Path} -F 'tlsmgr/unix/chroot=y' && {Reload(scratch)}"));
    }

    [Theory]
    [InlineData(true, true, "reload")]
    [InlineData(false, true, "stop", "start")]
    [InlineData(false, false, "start")]
    public void A_daemon_that_failed_is_not_reloaded_but_started(bool serves, bool masterRuns, params string[] verbs)
    {
        using ScratchInstallation scratch = new();

        new Remedies(scratch.Load(), () => serves, () => masterRuns).Apply.ShouldBe(
            string.Join(" && ", Array.ConvertAll(verbs, verb => $"postfix -c {scratch.Path} {verb}")));
    }

    [Theory]
    [InlineData("/var/lib/postfix", "/var/lib/postfix")]
    [InlineData("a b", "'a b'")]
    [InlineData("$x", "'$x'")]
    [InlineData("it's", @"'it'\''s'")]
    [InlineData("", "''")]
    public void Words_are_quoted_for_a_shell(string word, string quoted) => ShellText.Quote(word).ShouldBe(quoted);

    private static Remedies Serving(ScratchInstallation scratch) =>
        new(scratch.Load(), static () => true, static () => true);

    private static string Reload(ScratchInstallation scratch) => $"postfix -c {scratch.Path} reload";
}
