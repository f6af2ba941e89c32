using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using Shouldly;
using TlsMgr.Native.Libc;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests;

/// <summary>The contract with master(8): descriptors, status messages, generation, signals, exit.</summary>
public sealed class MasterContractTests
{
    private const string Policy = "request|policy|cache_type|smtpd||";
    private const string SmtpdCache = "smtpd_tls_session_cache_database = btree:${data_directory}/smtpd_scache";

    [Fact]
    public void The_first_work_is_reported_once_as_taken_and_available()
    {
        using RunningDaemon daemon = new();
        for (int i = 0; i < 5; i++)
        {
            daemon.Ask(Policy).ShouldBe("status|0|cachable|0|timeout|3600||");
        }

        daemon.HangUp().ShouldBe(0);
        IReadOnlyList<StatusMessage> messages = daemon.Master.StatusMessages;
        messages.Select(message => message.Status).ShouldBe([0, 1]);
        messages.ShouldAllBe(message => message.ProcessId == daemon.Master.Process.Id);
        messages.ShouldAllBe(message => message.Generation == FakeMaster.ExpectedGeneration);
    }

    [Fact]
    public void More_listen_sockets_than_master_passed_are_fatal_whatever_has_their_numbers()
    {
        using RunningDaemon daemon = new(options: ["-s", "3"]);

        daemon.Master.Process.WaitForExit(PublishedBinary.Timeout).ShouldBe(1);

        daemon.Log.TakeTexts().ShouldBe(
            ["fatal: event_enable_read: epoll_ctl EPOLL_CTL_ADD: Operation not permitted"]);
    }

    [Fact]
    public void When_master_hangs_up_the_daemon_saves_its_state_disconnects_clients_and_exits()
    {
        using RunningDaemon daemon = new();
        using AttributeClient client = daemon.Connect();
        client.ReadList();
        byte[] before = File.ReadAllBytes(daemon.ExchangeFile);

        daemon.HangUp().ShouldBe(0);

        client.ReadEnd().ShouldBeTrue();
        byte[] after = File.ReadAllBytes(daemon.ExchangeFile);
        after.Length.ShouldBe(1024);
        after.ShouldNotBe(before);
        File.GetUnixFileMode(daemon.ExchangeFile).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        daemon.Log.TakeTexts().ShouldBeEmpty();
    }

    [Theory]
    [InlineData(SignalNumber.Terminate)]
    [InlineData(SignalNumber.Interrupt)]
    [InlineData(SignalNumber.HangUp)]
    public void A_signal_ends_the_daemon_by_that_signal_with_its_state_saved(int signal)
    {
        using RunningDaemon daemon = new();
        daemon.Ask(Policy);
        byte[] before = File.ReadAllBytes(daemon.ExchangeFile);

        daemon.Master.Process.Signal(signal);

        daemon.Master.Process.WaitForExit(PublishedBinary.Timeout).ShouldBe(-signal);
        File.ReadAllBytes(daemon.ExchangeFile).ShouldNotBe(before);
    }

    [Fact]
    public void A_second_signal_during_the_exit_changes_nothing()
    {
        using RunningDaemon daemon = new();
        daemon.Ask(Policy);

        daemon.Master.Process.Signal(SignalNumber.HangUp);
        daemon.Master.Process.Signal(SignalNumber.Terminate);

        daemon.Master.Process.WaitForExit(PublishedBinary.Timeout).ShouldBe(-SignalNumber.HangUp);
    }

    [Fact]
    public void During_the_start_a_signal_ends_the_daemon_by_that_signal()
    {
        for (int milliseconds = 0; milliseconds < 40; milliseconds++)
        {
            using RunningDaemon daemon = new([SmtpdCache]);
            Thread.Sleep(milliseconds);

            daemon.Master.Process.Signal(SignalNumber.Terminate);

            daemon.Master.Process.WaitForExit(PublishedBinary.Timeout).ShouldBe(-SignalNumber.Terminate);
            daemon.Log.TakeTexts().ShouldBeEmpty();
        }
    }

    [Fact]
    public void Signals_are_blocked_in_every_thread()
    {
        const ulong taken = (1UL << (SignalNumber.Terminate - 1)) | (1UL << (SignalNumber.Interrupt - 1))
            | (1UL << (SignalNumber.HangUp - 1));
        using RunningDaemon daemon = new();
        daemon.Ask(Policy);

        string[] threads = Directory.GetDirectories($"/proc/{daemon.Master.Process.Id}/task");
        threads.Length.ShouldBe(4, "the loop's, the runtime's, the watchdog's, the sandbox's");
        foreach (string thread in threads)
        {
            (SetOf(thread, "SigBlk") & taken).ShouldBe(taken, thread);
        }

        (SetOf(threads[0], "SigCgt") & taken).ShouldBe(0UL, "a handler of the runtime would create a thread");
    }

    [Theory]
    [InlineData("2.11.11", "", 76)]
    [InlineData("3.5.25", "", 120)]
    [InlineData("3.6.0", "protocol|tlsmgr_protocol||", 120)]
    [InlineData("3.10.1-RC1", "protocol|tlsmgr_protocol||", 120)]
    public void The_version_of_Postfix_determines_greeting_and_key_size(string version, string greeting, int keyCharacters)
    {
        using RunningDaemon daemon = new(parentVersion: version);
        using AttributeClient client = daemon.Connect();
        client.SendBytes(RunningDaemon.Bytes("request|tktkey|keyname|||"));

        if (greeting.Length > 0)
        {
            RunningDaemon.Text(client.ReadList()).ShouldBe(greeting);
        }

        IReadOnlyList<(string Name, byte[] Value)> reply = client.ReadList();
        reply[0].Name.ShouldBe("status");
        reply[1].Value.Length.ShouldBe(keyCharacters);
    }

    [Theory]
    [InlineData("3.5.25", "3.7.11", "protocol|tlsmgr_protocol||")]
    [InlineData("3.7.11", "3.5.25", "")]
    public void After_an_upgrade_clients_get_the_greeting_of_the_installed_release_and_a_warning_says_so(
        string running, string installed, string greeting)
    {
        using RunningDaemon daemon = new(parentVersion: running, installedVersion: installed);
        using AttributeClient client = daemon.Connect();
        client.SendBytes(RunningDaemon.Bytes(Policy));

        if (greeting.Length > 0)
        {
            RunningDaemon.Text(client.ReadList()).ShouldBe(greeting);
        }

        RunningDaemon.Text(client.ReadList()).ShouldBe("status|0|cachable|0|timeout|3600||");
        daemon.Log.TakeTexts().ShouldBe(
        [
            $"warning: Postfix {installed} is installed, but the running master is of Postfix {running} "
                + "-- stop and start Postfix",
        ]);
    }

    [Fact]
    public void An_option_overrides_the_version_of_Postfix()
    {
        using RunningDaemon daemon = new(options: ["-o", "mail_version=3.4.0"], parentVersion: "3.7.11");
        using AttributeClient client = daemon.Connect();

        client.SendBytes(RunningDaemon.Bytes(Policy));

        RunningDaemon.Text(client.ReadList()).ShouldBe("status|0|cachable|0|timeout|3600||");
    }

    [Fact]
    public void The_generation_is_logged_in_octal_as_it_is_in_the_environment()
    {
        using RunningDaemon daemon = new(options: ["-v"]);
        daemon.Ask(Policy);

        string octal = Convert.ToString(FakeMaster.ExpectedGeneration, 8);
        daemon.Log.TakeTexts().ShouldContain($"process generation: {octal} ({octal})");
    }

    [Fact]
    public void After_master_s_trigger_the_connection_is_closed_without_a_reply()
    {
        using RunningDaemon daemon = new();
        using AttributeClient trigger = daemon.Connect();
        trigger.SendBytes("W\0"u8);

        trigger.ReadList();
        trigger.ReadEnd().ShouldBeTrue();
        daemon.Log.TakeTexts().ShouldBeEmpty();
    }

    [Fact]
    public void Cache_files_are_in_data_directory_with_mode_0600()
    {
        using RunningDaemon daemon = new([SmtpdCache]);
        daemon.Ask("request|update|cache_type|smtpd|cache_id|x|session|QUJD||").ShouldBe("status|0||");

        string file = daemon.CacheFile;
        File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Directory.GetFiles(daemon.Directories.Data).Select(Path.GetFileName)
            .ShouldBe(["prng_exch", "smtpd_scache.lmdb", "ticket_key_seal", "tlsmgr_control"], ignoreOrder: true);
    }

    [Fact]
    public void A_damaged_cache_file_is_logged_once_and_the_cache_works()
    {
        DaemonDirectories directories = new(SmtpdCache);
        string file = Path.Combine(directories.Data, "smtpd_scache.lmdb");
        File.WriteAllBytes(file, new byte[20000]);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        directories.Own(file);
        using RunningDaemon daemon = new(directories);

        daemon.Ask("request|update|cache_type|smtpd|cache_id|x|session|QUJD||").ShouldBe("status|0||");
        daemon.Ask("request|lookup|cache_type|smtpd|cache_id|x||").ShouldBe("status|0|session|QUJD||");
        daemon.Log.TakeTexts().ShouldHaveSingleItem().ShouldStartWith($"warning: {file}: ");
    }

    [Fact]
    public void A_cache_of_an_unsupported_type_is_off_and_all_else_is_served()
    {
        using RunningDaemon daemon = new(
        [
            "smtpd_tls_session_cache_database = bogus:${data_directory}/c",
            "smtp_tls_session_cache_database = hash:${data_directory}/smtp_scache",
        ]);

        daemon.Ask(Policy).ShouldBe("status|0|cachable|0|timeout|3600||");
        daemon.Ask("request|policy|cache_type|smtp||").ShouldBe("status|0|cachable|1|timeout|3600||");
        daemon.Ask("request|seed|size|32||").Length.ShouldBe("status|0|seed|||".Length + 44);
        daemon.Log.TakeTexts().ShouldBe(
        [
            "error: unsupported dictionary type: bogus",
            $"warning: bogus:{daemon.Directories.Data}/c is unavailable. unsupported dictionary type: bogus",
        ]);
    }

    [Fact]
    public void The_daemon_exits_to_be_restarted_when_its_exchange_file_is_removed()
    {
        using RunningDaemon daemon = new(["tls_random_prng_update_period = 1s"]);
        daemon.Ask(Policy);

        File.Delete(daemon.ExchangeFile);

        daemon.Log.WaitFor("PRNG exchange file was removed -- exiting to reopen", PublishedBinary.Timeout)
            .ShouldContain("warning: PRNG exchange file was removed -- exiting to reopen");
        daemon.Master.Process.WaitForExit(PublishedBinary.Timeout).ShouldBe(0);
    }

    [Fact]
    public void A_missing_entropy_source_is_logged_and_seeds_are_served()
    {
        using RunningDaemon daemon = new(["tls_random_source = dev:/nonexistent"]);

        daemon.Ask("request|seed|size|32||").ShouldStartWith("status|0|seed|");
        daemon.Log.TakeTexts().ShouldBe(["warning: cannot open entropy device /nonexistent: No such file or directory"]);
    }

    [Fact]
    public void A_client_that_stops_in_a_request_delays_no_other_and_is_disconnected_after_ipc_timeout()
    {
        using RunningDaemon daemon = new(["ipc_timeout = 1s"]);
        using AttributeClient stuck = daemon.Connect();
        stuck.ReadList();
        stuck.SendBytes(RunningDaemon.Bytes("request|pol"));

        daemon.Ask(Policy).ShouldBe("status|0|cachable|0|timeout|3600||");
        daemon.Log.WaitFor("timeout", PublishedBinary.Timeout)
            .ShouldBe(["warning: timeout on tlsmgr socket while reading input attribute value"]);
        stuck.ReadEnd().ShouldBeTrue();
    }

    /// <summary>A signal set in the status of a thread.</summary>
    private static ulong SetOf(string thread, string name) => ulong.Parse(
        File.ReadLines($"{thread}/status").Single(line => line.StartsWith($"{name}:", StringComparison.Ordinal))
            .Split('\t')[1],
        NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
