using System.Collections.Generic;
using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Config;
using TlsMgr.Postfix.Logging;
using Xunit;

namespace TlsMgr.Tests.Config;

public sealed class ParameterStoreTests : System.IDisposable
{
    private readonly ScratchDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Effective_values_are_those_of_this_daemon_sorted_by_name()
    {
        ParameterStore store = Load("zebra = $myhostname\nmail_name = $zebra\n", out _, out TlsManagerParameters _);
        KeyValuePair<string, string>[] values = [.. store.EffectiveValues()];

        string[] names = [.. values.Select(value => value.Key)];

        names.ShouldBe(names.Distinct().Order(System.StringComparer.Ordinal));
        Dictionary<string, string> byName = values.ToDictionary();
        byName["mail_name"].ShouldBe("vm.localdomain");
        byName["tls_random_exchange_name"].ShouldBe("/var/lib/postfix/prng_exch");
        byName["syslog_name"].ShouldBe("postfix");
        byName["config_directory"].ShouldBe(_directory.Path);
        byName.ShouldNotContainKey("zebra");
        byName.ShouldNotContainKey("relay_domains");
        byName.Count.ShouldBe(66);
    }

    [Fact]
    public void Unused_values_are_those_that_no_value_refers_to_in_any_form()
    {
        ParameterStore store = Load(
            """
            tlsmgr_a = $tlsmgr_a
            tlsmgr_b = $$tlsmgr_c
            tlsmgr_c = 1
            tlsmgr_d = ${tlsmgr_e?x}$( tlsmgr_f )
            tlsmgr_e = 2
            tlsmgr_f = 3
            tlsmgr_g = 4
            smtpd_banner = ${nosuch?{${tlsmgr_g:{$tlsmgr_h}}}}
            tlsmgr_h = 5
            TLSMGR_i = 6
            """,
            out _,
            out _,
            "-o",
            "tlsmgr_j=$");

        store.UnusedValues("tlsmgr_").ShouldBe(
        [
            new("tlsmgr_b", "$$tlsmgr_c"), new("tlsmgr_c", "1"), new("tlsmgr_d", "${tlsmgr_e?x}$( tlsmgr_f )"),
            new("tlsmgr_j", "$"),
        ]);
    }

    [Fact]
    public void Without_the_executable_of_master_the_one_in_daemon_directory_is_searched()
    {
        _directory.Write("master", "mail_version=3.5.25\0");
        ProcessDescription process = Process() with { MasterExecutable = null };
        _directory.Write("main.cf", "daemon_directory = $config_directory\n");
        ParameterStore store = ParameterStore.Read(process, new Log());

        PostfixParameters.Load(store, DaemonOptions.Parse([]), process).MailVersion.ShouldBe(new MailVersion(3, 5, 25));
    }

    [Fact]
    public void Read_only_values_cannot_be_overridden_and_are_not_expanded()
    {
        ParameterStore store = Load(
            "process_id = 1\nservice_name = x\n", out _, out _, "-n", "a$b", "-o", "process_name=y", "-o", "b=c");

        store.Expand("process_id").ShouldBe("7");
        store.Expand("service_name").ShouldBe("a$b");
        store.Expand("process_name").ShouldBe("tlsmgr");
    }

    [Fact]
    public void Values_of_every_type_are_read()
    {
        Load(
            """
            syslog_facility = local3
            ipc_timeout = 2m
            daemon_timeout = 1h
            postlog_service_name = pl
            smtp_tls_session_cache_database = btree:x
            smtp_tls_session_cache_timeout = 5
            smtp_tls_loglevel = 2
            lmtp_tls_session_cache_database = btree:y
            lmtp_tls_session_cache_timeout = 0
            tls_random_source = egd:/x
            tls_random_bytes = 64
            tls_random_reseed_period = 10
            tls_random_prng_update_period = 20s
            """,
            out PostfixParameters shared,
            out TlsManagerParameters parameters);

        shared.SyslogFacility.ShouldBe(19 << 3);
        (shared.IpcTimeoutSeconds, shared.DaemonTimeoutSeconds).ShouldBe((120, 3600));
        shared.PostlogServiceName.ShouldBe("pl");
        shared.MailOwner.ShouldBe(UserIdentity.FindUser("postfix"));
        parameters.Smtp.ShouldBe(new SessionCacheParameters("smtp", "btree:x", 5, "2")
        {
            SizeLimitBytes = 256 * 1024 * 1024,
        });
        (parameters.Smtp.EffectiveTimeoutSeconds, parameters.Smtp.IsWanted).ShouldBe((120, true));
        (parameters.Lmtp.EffectiveTimeoutSeconds, parameters.Lmtp.IsWanted).ShouldBe((0, false));
        (parameters.Smtpd.EffectiveTimeoutSeconds, parameters.Smtpd.IsWanted).ShouldBe((3600, false));
        (parameters.RandomSource, parameters.RandomBytes).ShouldBe(("egd:/x", 64));
        (parameters.RandomReseedPeriodSeconds, parameters.RandomUpdatePeriodSeconds).ShouldBe((10, 20));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("tlsmgr_sandbox = YES", true)]
    [InlineData("tlsmgr_sandbox = No", false)]
    public void Yes_and_no_are_case_insensitive(string mainCf, bool expected)
    {
        Load(mainCf + "\n", out _, out TlsManagerParameters parameters);

        parameters.EntersSandbox.ShouldBe(expected);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("tlsmgr_session_cache_persist = no", false)]
    public void Sessions_persist_unless_disabled(string mainCf, bool expected)
    {
        Load(mainCf + "\n", out _, out TlsManagerParameters parameters);

        parameters.KeepsSessions.ShouldBe(expected);
    }

    [Theory]
    [InlineData("maybe")]
    [InlineData("")]
    [InlineData("yes ja")]
    public void A_boolean_that_is_neither_yes_nor_no_is_fatal_in_Postfix_s_words(string value) =>
        Should.Throw<FatalException>(() => Load($"tlsmgr_sandbox = {value}\n", out _, out _))
            .Message.ShouldBe($"bad boolean configuration: tlsmgr_sandbox = {value}");

    [Theory]
    [InlineData("3.10.4", "")]
    [InlineData("3.11.0", "default_cache_db_type = lmdb\n")]
    public void A_cache_without_a_type_has_default_database_type_in_every_release(string version, string line)
    {
        Load(
            $"mail_version = {version}\ndefault_database_type = cdb\n{line}", out PostfixParameters shared, out _);

        shared.DefaultCacheType.ShouldBe("cdb");
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_become_replacement_characters()
    {
        _directory.Write("main.cf", [.. "mail_name = caf"u8, 0xe9, (byte)'.', 0xc3, 0xa9, (byte)'\n']);
        ParameterStore store = ParameterStore.Read(Process(), new Log());

        store.Expand("mail_name").ShouldBe("caf\ufffd.\u00e9");
    }

    [Fact]
    public void A_cache_parameter_may_refer_to_that_of_any_other_cache()
    {
        Load(
            "smtpd_tls_session_cache_timeout = $lmtp_tls_session_cache_timeout\nlmtp_tls_session_cache_timeout = 7m\n",
            out _,
            out TlsManagerParameters parameters);

        parameters.Smtpd.TimeoutSeconds.ShouldBe(420);
    }

    [Fact]
    public void An_unreadable_main_cf_is_fatal_with_the_reason()
    {
        Directory.CreateDirectory(Path.Combine(_directory.Path, "main.cf"));

        Should.Throw<FatalException>(() => ParameterStore.Read(Process(), new Log())).Message
            .ShouldBe($"read {_directory.Path}/main.cf: Is a directory");
    }

    private ProcessDescription Process() => new(_directory.Path, "vm", "tlsmgr", 7, "/nonexistent");

    private ParameterStore Load(
        string mainCf, out PostfixParameters shared, out TlsManagerParameters parameters, params string[] arguments)
    {
        _directory.Write("main.cf", mainCf);
        ParameterStore store = ParameterStore.Read(Process(), new Log());
        shared = PostfixParameters.Load(store, DaemonOptions.Parse(arguments), Process());
        parameters = TlsManagerParameters.Load(store);
        return store;
    }
}
