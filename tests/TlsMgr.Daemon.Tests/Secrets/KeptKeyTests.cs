using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests.Secrets;

/// <summary>Ticket keys of the published binary in its jail outlive reload, stop and crash, as far as they may.</summary>
[Trait("Needs", "root")]
public sealed class KeptKeyTests : IDisposable
{
    private const string CurrentKey = "request|tktkey|keyname|||";

    // keyctl(2) in perl: KEYCTL_JOIN_SESSION_KEYRING, KEYCTL_LINK, KEYCTL_REVOKE; -3 is the session keyring, -4 the user's.
    private const string Join = "syscall(250, 1, 0) > 0 or die; ";
    private const string LinkUser = "syscall(250, 8, -4, -3) == 0 or die; ";
    private const string Revoke = "syscall(250, 3, -3) == 0 or die; ";

    /// <summary>
    /// Where a daemon may be started: by a service manager, with a session keyring that no other process has; from the
    /// shell of a user, whose login (pam_keyinit(8)) has linked the user keyring into the one of the session; after that
    /// user has logged out, which revokes it; and with none.
    /// </summary>
    private static readonly Dictionary<string, string> Sessions = new()
    {
        ["service manager"] = Join,
        ["login"] = Join + LinkUser,
        ["logged out"] = Join + LinkUser + Revoke,
        ["none"] = "",
    };

    private readonly List<IDisposable> _used = [];

    public KeptKeyTests() => CleanKeyring(new DaemonDirectories());

    public void Dispose() => _used.ForEach(static used => used.Dispose());

    [Theory]
    [InlineData("none", "-u", "-c")]
    [InlineData("none", "-u")]
    [InlineData("none")]
    [InlineData("service manager", "-u", "-c")]
    [InlineData("service manager")]
    [InlineData("login", "-u", "-c")]
    [InlineData("login")]
    [InlineData("logged out", "-u", "-c")]
    [InlineData("logged out")]
    public void They_are_those_of_before_after_a_reload_a_stop_and_a_crash(string session, params string[] options)
    {
        RunningDaemon daemon = Start([], options, In(session));
        string key = daemon.Ask(CurrentKey);
        key.ShouldStartWith("status|0|keybuf|");

        daemon.StartAgain();
        daemon.Ask(CurrentKey).ShouldBe(key);
        daemon.HangUp().ShouldBe(0);
        daemon.StartAgain();
        daemon.Ask(CurrentKey).ShouldBe(key);
        daemon.Kill();
        daemon.StartAgain();
        daemon.Ask(CurrentKey).ShouldBe(key);
        daemon.Log.TakeTexts().ShouldBeEmpty();
    }

    /// <summary>The first start is from a login, and the next by a service manager, for example.</summary>
    [Theory]
    [InlineData("login", "service manager")]
    [InlineData("service manager", "login")]
    [InlineData("logged out", "none")]
    [InlineData("none", "logged out")]
    public void They_are_found_from_another_session(string first, string second)
    {
        DaemonDirectories directories = new();
        _used.Add(directories);
        using FakeMaster before = FakeMaster.Start(PublishedBinary.Path, directories, ["-u", "-c"], In(first));
        string key = Ask(before);
        before.HangUp();
        before.Process.WaitForExit(PublishedBinary.Timeout).ShouldBe(0);
        File.Delete(directories.ServiceSocket);

        using FakeMaster after = FakeMaster.Start(PublishedBinary.Path, directories, ["-u", "-c"], In(second));

        Ask(after).ShouldBe(key);
    }

    [Fact]
    public void A_container_with_users_of_its_own_has_keys_of_its_own()
    {
        using UserNamespace container = new();
        RunningDaemon inside = Start([], ["-u", "-c"], container.Runner);
        string key = inside.Ask(CurrentKey);
        inside.StartAgain();
        inside.Ask(CurrentKey).ShouldBe(key);
        inside.HangUp().ShouldBe(0);

        // The same data_directory and the same user, seen from outside.
        File.Delete(inside.Directories.ServiceSocket);
        using FakeMaster outside = FakeMaster.Start(PublishedBinary.Path, inside.Directories, ["-u", "-c"]);
        Ask(outside).ShouldNotBe(key);
    }

    [Fact]
    public void A_crash_loses_no_key_that_was_just_made()
    {
        RunningDaemon daemon = Start([], ["-u", "-c"]);
        daemon.Ask(CurrentKey);
        Control(daemon, "rotate").Status.ShouldBe(0);
        string key = daemon.Ask(CurrentKey);
        daemon.Kill();

        daemon.StartAgain();

        daemon.Ask(CurrentKey).ShouldBe(key);
        Control(daemon, "keys").Lines.Count(line => line.Contains(" previous ", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Theory]
    [InlineData("tlsmgr_ticket_keys_persist = no")]
    [InlineData("smtpd_tls_ask_ccert = yes")]
    [InlineData("smtpd_tls_session_cache_timeout = 1800s")]
    [InlineData("tls_session_ticket_cipher = aes-128-cbc")]
    [InlineData("smtpd_tls_session_cache_timeout = 0")]
    public void Another_configuration_has_other_keys_and_the_first_does_not_come_back(string line)
    {
        RunningDaemon daemon = Start([], ["-u", "-c"]);
        string key = daemon.Ask(CurrentKey);
        string mainCf = Path.Combine(daemon.Directories.Config, "main.cf");
        string before = File.ReadAllText(mainCf);
        File.AppendAllLines(mainCf, [line]);
        daemon.HangUp();
        daemon.StartAgain();
        File.WriteAllText(mainCf, before);
        daemon.HangUp();
        daemon.StartAgain();

        string fresh = daemon.Ask(CurrentKey);

        fresh.ShouldStartWith("status|0|keybuf|");
        fresh.ShouldNotBe(key);
    }

    [Fact]
    public void After_a_theft_nothing_is_left_of_them()
    {
        RunningDaemon daemon = Start([], ["-u", "-c"]);
        string key = daemon.Ask(CurrentKey);
        string name = key.Split('|')[3][..22] + "==";
        Control(daemon, "rotate", "--now").Output.ShouldBe("rotated\n");

        daemon.Ask($"request|tktkey|keyname|{name}||").ShouldStartWith("status|4294967295|");
        daemon.StartAgain();
        daemon.Ask($"request|tktkey|keyname|{name}||").ShouldStartWith("status|4294967295|");
    }

    [Fact]
    public void Two_instances_of_one_user_have_keys_of_their_own()
    {
        RunningDaemon one = Start([], ["-u", "-c"]);
        RunningDaemon other = Start([], ["-u", "-c"]);
        string ofOne = one.Ask(CurrentKey);
        string ofOther = other.Ask(CurrentKey);

        one.StartAgain();
        other.StartAgain();

        (one.Ask(CurrentKey), other.Ask(CurrentKey)).ShouldBe((ofOne, ofOther));
        ofOne.ShouldNotBe(ofOther);
    }

    [Fact]
    public void Where_the_kernel_refuses_they_end_with_the_process_and_it_says_so()
    {
        FaultShim shim = new("keyctl");
        _used.Add(shim);
        RunningDaemon daemon = Start([], ["-u", "-c", "-v"], shim.Runner);
        string key = daemon.Ask(CurrentKey);
        Control(daemon, "rotate").Status.ShouldBe(0);
        Control(daemon, "rotate", "--now").Output.ShouldBe("rotated\n");
        daemon.StartAgain();

        daemon.Ask(CurrentKey).ShouldNotBe(key);
        daemon.Log.TakeTexts().ShouldContain(
            "ticket keys are not kept: the kernel's key service: Function not implemented");
    }

    [Fact]
    public void A_process_that_master_did_not_start_does_not_touch_them()
    {
        RunningDaemon daemon = Start([], []);
        string key = daemon.Ask(CurrentKey);
        CommandOutput.Of(
            "/usr/bin/env", $"MAIL_CONFIG={daemon.Directories.Config}", "sh", "-c", $"{PublishedBinary.Path} -S </dev/null")
            .Status.ShouldBe(0);

        daemon.StartAgain();

        daemon.Ask(CurrentKey).ShouldBe(key);
    }

    private RunningDaemon Start(string[] mainCf, string[] options, IReadOnlyList<string>? runner = null)
    {
        RunningDaemon daemon = new(new DaemonDirectories(mainCf), options, runner: runner);
        _used.Add(daemon);
        return daemon;
    }

    private static string[] In(string session) =>
        ["/usr/bin/perl", "-e", $"{Sessions[session]}exec {{$ARGV[0]}} @ARGV[0..$#ARGV] or die"];

    private static string Ask(FakeMaster master)
    {
        using AttributeClient client = master.Connect(PublishedBinary.Timeout);
        client.ReadList();
        return RunningDaemon.Ask(client, CurrentKey);
    }

    private static CommandOutput Control(RunningDaemon daemon, params string[] arguments) =>
        CommandOutput.Of(PublishedBinary.Control, [.. arguments, "-c", daemon.Directories.Config]);

    /// <summary>The kernel limits the keys of one user, and other tests leave theirs for an hour.</summary>
    private static void CleanKeyring(DaemonDirectories directories)
    {
        using (directories)
        {
            CommandOutput.Of(
                "/usr/bin/setpriv", "--reuid", directories.Owner, "--clear-groups", "perl", "-e",
                "syscall(250, 7, -4) == 0 or die").Status.ShouldBe(0);
        }
    }

    /// <summary>A user namespace in which every user has the number of outside, as of a container.</summary>
    private sealed class UserNamespace : IDisposable
    {
        private const string SameNumbers = "0 0 65536";

        private readonly Process _holder;

        internal UserNamespace()
        {
            _holder = Process.Start(new ProcessStartInfo(
                "/usr/bin/unshare", ["--user", "sh", "-c", "echo; exec sleep 600"])
            { RedirectStandardOutput = true })!;
            _holder.StandardOutput.ReadLine();
            File.WriteAllText($"/proc/{_holder.Id}/uid_map", SameNumbers);
            File.WriteAllText($"/proc/{_holder.Id}/gid_map", SameNumbers);
        }

        /// <summary>The command prefix that starts a program inside.</summary>
        internal IReadOnlyList<string> Runner => ["/usr/bin/nsenter", "-t", $"{_holder.Id}", "-U"];

        public void Dispose()
        {
            _holder.Kill();
            _holder.WaitForExit();
            _holder.Dispose();
        }
    }
}
