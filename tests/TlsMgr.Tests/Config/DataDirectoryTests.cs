// The expected texts are recorded: "request to update file foo in non-postfix directory ." and so on.

using System;
using Shouldly;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Config;
using TlsMgr.Postfix.Logging;
using Xunit;

namespace TlsMgr.Tests.Config;

public sealed class DataDirectoryTests : IDisposable
{
    private readonly ScratchDirectory _directory = new();
    private readonly Log _log;
    private readonly RecordingLogTarget _target;

    public DataDirectoryTests() => _log = RecordingLogTarget.Open(out _target);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_path_in_a_directory_of_mail_owner_is_kept()
    {
        DataDirectory data = new("/rig/data", new UserAccount("postfix", UserIdentity.EffectiveUserId, 0), _log);

        data.RedirectFile($"{_directory.Path}/prng_exch").ShouldBe($"{_directory.Path}/prng_exch");
        data.Redirect($"{_directory.Path}/x", "table btree:x").ShouldBe($"{_directory.Path}/x");
        _target.Lines.ShouldBeEmpty();
    }

    [Fact]
    public void A_path_in_a_missing_directory_is_kept_so_that_opening_it_fails()
    {
        Foreign("/rig/data").Redirect("/nonexistent/foo", "table btree:foo").ShouldBe("/nonexistent/foo");
        _target.Lines.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/etc/smtp_c", "/etc", "smtp_c")]
    [InlineData("smtpd_c", ".", "smtpd_c")]
    [InlineData("", ".", ".")]
    [InlineData("/foo", "/", "foo")]
    [InlineData("/", "/", "/")]
    [InlineData("/etc/foo/", "/etc", "foo")]
    [InlineData("/etc//foo//", "/etc", "foo")]
    [InlineData("/etc/passwd/foo", "/etc/passwd", "foo")]
    public void A_path_in_a_foreign_directory_is_redirected_to_data_directory(
        string path, string directory, string name)
    {
        Foreign("/rig/data").Redirect(path, $"table btree:{path}").ShouldBe($"/rig/data/{name}");
        Foreign("/rig/data").RedirectFile(path).ShouldBe($"/rig/data/{name}");

        string redirect = "h pf: warning: redirecting the request to postfix-owned data_directory /rig/data";
        _target.Lines.ShouldBe(
        [
            $"h pf: warning: request to update table btree:{path} in non-postfix directory {directory}",
            redirect,
            $"h pf: warning: request to update file {path} in non-postfix directory {directory}",
            redirect,
        ]);
    }

    [Fact]
    public void A_foreign_data_directory_is_used_after_a_warning()
    {
        string file = $"{_directory.Path}/prng_exch";

        Foreign(_directory.Path).RedirectFile(file).ShouldBe(file);
        _target.Lines.ShouldBe(
        [
            $"h pf: warning: request to update file {file} in non-postfix directory {_directory.Path}",
            $"h pf: warning: redirecting the request to postfix-owned data_directory {_directory.Path}",
        ]);
    }

    // The owner has neither the system's directories nor those of the user that runs the tests.
    private DataDirectory Foreign(string path) => new(path, new UserAccount("postfix", 987_654_321, 0), _log);
}
