using System;
using Shouldly;
using TlsMgr.Postfix.Config;
using TlsMgr.Postfix.Logging;
using Xunit;

namespace TlsMgr.Tests.Config;

/// <summary>tlsmgr.cf: what it sets, what counts before it, and its faults.</summary>
public sealed class OwnFileTests : IDisposable
{
    private const string Fresh = "smtpd_tls_session_cache_size_limit = 64m\n";

    private readonly ScratchDirectory _directory = new();
    private RecordingLogTarget _log = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void It_sets_own_parameters_and_sees_those_of_main_cf()
    {
        (ParameterStore store, TlsManagerParameters parameters) =
            Load("mail_name = x\n", "tlsmgr_control_socket = $mail_name-\n  y\n#tlsmgr_sandbox = no\n" + Fresh);

        parameters.ControlSocketName.ShouldBe("x-  y");
        parameters.Smtpd.SizeLimitBytes.ShouldBe(64 << 20);
        parameters.EntersSandbox.ShouldBeTrue();
        (store.IsSet("tlsmgr_control_socket"), store.IsSet("tlsmgr_sandbox")).ShouldBe((true, false));
        _log.Lines.ShouldBeEmpty();
    }

    [Fact]
    public void Another_program_sees_what_it_sets()
    {
        (ParameterStore store, _) = Load("", "tlspool_server = unix:/run/server\n");

        ParameterStore other = store.For("tlspool", "tlspool", []);

        (other.IsSet("tlspool_server"), other.Expand("tlspool_server")).ShouldBe((true, "unix:/run/server"));
        other.IsSet("tlspool_user").ShouldBeFalse();
    }

    [Fact]
    public void Main_cf_and_the_command_line_count_before_it()
    {
        (_, TlsManagerParameters parameters) = Load(
            "tlsmgr_status_update_time = 1h\n", "tlsmgr_status_update_time = 2h\ntlsmgr_control_socket = y\n" + Fresh,
            "-o", "smtpd_tls_session_cache_size_limit=5M", "-o", "tlsmgr_control_socket=z");

        parameters.StatusUpdateSeconds.ShouldBe(3600);
        parameters.ControlSocketName.ShouldBe("z");
        parameters.Smtpd.SizeLimitBytes.ShouldBe(5 << 20);
    }

    [Theory]
    [InlineData("mail_owner = x", "unused parameter: mail_owner=x")]
    [InlineData("tlsmgr_service_name = x", "unused parameter: tlsmgr_service_name=x")]
    [InlineData("tlsmgr_sandbx = no", "unused parameter: tlsmgr_sandbx=no")]
    public void A_parameter_that_is_not_own_is_a_warning_without_effect(string line, string expected)
    {
        (ParameterStore store, TlsManagerParameters parameters) = Load("", $"{line}\n{Fresh}");

        _log.Lines.ShouldBe([$"h pf: warning: {_directory.Path}/tlsmgr.cf: {expected}"]);
        store.Expand("mail_owner").ShouldBe("postfix");
        parameters.EntersSandbox.ShouldBeTrue();
        parameters.Smtpd.SizeLimitBytes.ShouldBe(64 << 20);
    }

    [Theory]
    [InlineData("tlsmgr_sandbox no", ", line 1: missing '=' after attribute name: \"tlsmgr_sandbox no\"")]
    [InlineData("= no", ", line 1: missing attribute name: \"= no\"")]
    public void A_faulty_line_is_a_warning_and_the_others_count(string line, string expected)
    {
        (_, TlsManagerParameters parameters) = Load("", $"{line}\n{Fresh}");

        _log.Lines.ShouldBe([$"h pf: warning: {_directory.Path}/tlsmgr.cf{expected}"]);
        parameters.Smtpd.SizeLimitBytes.ShouldBe(64 << 20);
    }

    [Fact]
    public void What_is_no_regular_file_is_a_warning()
    {
        System.IO.Directory.CreateDirectory($"{_directory.Path}/tlsmgr.cf");

        Load("", null);

        _log.Lines.ShouldBe([$"h pf: warning: open {_directory.Path}/tlsmgr.cf: not a regular file"]);
    }

    [Theory]
    [InlineData("0", 0L)]
    [InlineData("4096", 4096L)]
    [InlineData("8k", 8192L)]
    [InlineData("3G", 3L << 30)]
    public void Sizes_take_a_unit(string text, long expected) =>
        Load("", $"lmtp_tls_session_cache_size_limit = {text}\n").Parameters.Lmtp.SizeLimitBytes.ShouldBe(expected);

    [Theory]
    [InlineData("16x")]
    [InlineData("k")]
    [InlineData("1kb")]
    [InlineData("1 k")]
    [InlineData("9999999999g")]
    [InlineData("9223372036854775808")]
    [InlineData("")]
    public void A_bad_size_is_fatal(string text) =>
        Should.Throw<FatalException>(() => Load("", $"lmtp_tls_session_cache_size_limit = {text}\n")).Message
            .ShouldBe($"parameter lmtp_tls_session_cache_size_limit: bad size value or unit: {text}");

    private (ParameterStore Store, TlsManagerParameters Parameters) Load(
        string mainCf, string? ownFile, params string[] options)
    {
        _directory.Write("main.cf", mainCf);
        if (ownFile is not null)
        {
            _directory.Write("tlsmgr.cf", ownFile);
        }

        ProcessDescription process = new(_directory.Path, "host.example.com", "tlsmgr", 1, MasterExecutable: null);
        ParameterStore store = ParameterStore.Read(process, RecordingLogTarget.Open(out _log));
        PostfixParameters.Load(store, DaemonOptions.Parse(options), process);
        TlsManagerParameters parameters = TlsManagerParameters.Load(store);
        store.WarnOfUnusedOwnValues();
        return (store, parameters);
    }
}
