using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests.Control;

/// <summary>tlsmgrctl doctor on an installation without fault, and with each fault that it knows.</summary>
public sealed partial class DoctorTests
{
    /// <summary>Whether memory can be locked is the machine's to say.</summary>
    [GeneratedRegex("(?m)^(ok  |note)   memory-lock .*\n( .*\n)*")]
    private static partial Regex TextOfMemoryLock();

    [GeneratedRegex("    \\{\n      \"check\": \"memory-lock\",[^}]*\\},\n")]
    private static partial Regex JsonOfMemoryLock();

    private const string Elsewhere = "/etc";
    private const UnixFileMode ForEverybody = (UnixFileMode)0b110_110_110;
    private const UnixFileMode ReadOnly = (UnixFileMode)0b100_000_000;
    private const UnixFileMode Unwritable = (UnixFileMode)0b101_000_000;

    /// <summary>Faults of main.cf: a title, and the lines.</summary>
    private static readonly (string Title, string[] Lines)[] MainCf =
    [
        ("a value that is none", ["tls_random_bytes = x"]),
        ("no postlogd", ["postlog_service_name = nobody"]),
        ("no data_directory", ["data_directory = /nonexistent"]),
        ("data_directory of another user", [$"data_directory = {Elsewhere}"]),
        ("a type without cache", ["smtpd_tls_session_cache_database = mysql:/etc/postfix/scache.cf"]),
        ("one file for two", ["smtp_tls_session_cache_database = hash:${data_directory}/../data/smtpd_scache"]),
        ("a cache nowhere", ["smtp_tls_session_cache_database = btree:/nonexistent/smtp_scache"]),
        ("a cache of another user", [$"smtp_tls_session_cache_database = btree:{Elsewhere}/smtp_scache"]),
        ("a cache that the daemon has not", ["lmtp_tls_session_cache_database = btree:${data_directory}/lmtp_scache"]),
        ("two days", ["smtpd_tls_session_cache_timeout = 2d"]),
        ("eight days", ["smtpd_tls_session_cache_timeout = 8d"]),
        (
            "tickets for thirty days, without a cache",
            ["smtpd_tls_session_cache_database =", "smtpd_tls_session_cache_timeout = 30d"]),
        ("no tickets and no cache", ["smtpd_tls_session_cache_timeout = 0"]),
        ("no entropy source", ["tls_random_source ="]),
        ("a directory as entropy device", ["tls_random_source = dev:/tmp"]),
        ("no entropy device", ["tls_random_source = dev:/nonexistent"]),
        ("no entropy server", ["tls_random_source = egd:/nonexistent"]),
        ("no entropy file", ["tls_random_source = /nonexistent"]),
        ("no exchange file", ["tls_random_exchange_name ="]),
        ("an exchange file of another user", [$"tls_random_exchange_name = {Elsewhere}/passwd"]),
        ("an exchange file that is a directory", ["tls_random_exchange_name = ${data_directory}/."]),
        ("an exchange file nowhere", ["tls_random_exchange_name = /nonexistent/prng_exch"]),
        ("another version's clients", ["mail_version = 3.4.0"]),
        ("another service", ["tlsmgr_service_name = tlsmgr2"]),
        ("no control socket", ["tlsmgr_control_socket ="]),
        ("a control socket that is not there", ["tlsmgr_control_socket = elsewhere"]),
        ("a control socket that is a file", ["tlsmgr_control_socket = prng_exch"]),
        ("a control socket that is a cache", ["tlsmgr_control_socket = smtpd_scache.lmdb"]),
        ("a control socket outside of data_directory", ["tlsmgr_control_socket = ../x"]),
        ("nobody there", ["queue_directory = /nonexistent", "maillog_file_prefixes = /var"]),
    ];

    /// <summary>Faults of master.cf: a title, and the entry.</summary>
    private static readonly (string Title, string Entry)[] MasterCf =
    [
        ("no entry", "smtp unix - - y 1000? 1 smtp"),
        ("another type", "tlsmgr inet n - y 1000? 1 tlsmgr-net"),
        ("two entries", "tlsmgr unix - - y 1000? 1 tlsmgr-net\ntlsmgr unix - - y 1000? - tlsmgr-net"),
        ("not private", "tlsmgr unix n - y 1000? 1 tlsmgr-net"),
        ("privileged", "tlsmgr unix - n y 1000? 1 tlsmgr-net"),
        ("no jail", "tlsmgr unix - - - 1000? 1 tlsmgr-net"),
        ("no wake-up", "tlsmgr unix - - y - 1 tlsmgr-net"),
        ("any number of processes", "tlsmgr unix - - y 1000? - tlsmgr-net"),
        ("no program", "tlsmgr unix - - y 1000? 1 tlsmgr-nett"),
        ("another program", "tlsmgr unix - - y 1000? 1 master"),
        ("an unknown option", "tlsmgr unix - - y 1000? 1 tlsmgr-net -Q"),
        ("a word too many", "tlsmgr unix - - y 1000? 1 tlsmgr-net -v now"),
        ("another version's clients", "tlsmgr unix - - y 1000? 1 tlsmgr-net -o { mail_version = 2.11.0 }"),
        (
            "a lifetime of the entry's own",
            "tlsmgr unix - - y 1000? 1 tlsmgr-net -o { smtpd_tls_session_cache_timeout = 8d }"),
        (
            "a lifetime of the entry's own, in one word",
            "tlsmgr unix - - y 1000? 1 tlsmgr-net -osmtpd_tls_session_cache_timeout=8d"),
        ("a version of the entry's own, in one word", "tlsmgr unix - - y 1000? 1 tlsmgr-net -omail_version=2.11.0"),
        ("a number that postconf refuses", "tlsmgr unix - - y 1000?? 1x tlsmgr-net"),
    ];

    [Fact]
    public void An_installation_without_fault_gets_a_clean_bill()
    {
        using ControlRig rig = new();

        CommandOutput output = rig.Run("doctor");
        CommandOutput json = rig.Run("doctor", "--json");

        (output.Status, output.Errors, json.Status, json.Errors).ShouldBe((0, "", 0, ""));
        output.Output.ShouldMatch("(?m)^(ok  |note)   memory-lock +the memory of the daemon ");
        ControlRig.ShouldBeApproved(TextOfMemoryLock().Replace(output.Output, ""), "doctor-healthy.approved.txt");
        ControlRig.ShouldBeApproved(JsonOfMemoryLock().Replace(json.Output, ""), "doctor-healthy.approved.json");
    }

    [Fact]
    public void Each_fault_is_told_with_a_remedy()
    {
        using ControlRig rig = new();
        HashSet<string> healthy = [.. rig.Run("doctor").Lines];
        string said = "";
        foreach ((string title, Action spoil, Action? mend) in Faults(rig))
        {
            rig.Configure();
            spoil();
            CommandOutput output;
            try
            {
                output = rig.Run("doctor");
            }
            finally
            {
                mend?.Invoke();
            }

            said += $"== {title}: status {output.Status}\n"
                + string.Concat(output.Lines.Where(line => !healthy.Contains(line)).Select(line => $"{line}\n"));
        }

        ControlRig.ShouldBeApproved(said, "doctor-faults.approved.txt");
    }

    [Fact]
    public void A_daemon_that_does_not_announce_its_protocol_as_expected_is_found()
    {
        using ControlRig rig = new("-o", "mail_version=3.4.0");

        CommandOutput output = rig.Run("doctor");

        output.Status.ShouldBe(1);
        output.Output.ShouldContain(
            "fault  mail_version              tlsmgr does not announce its protocol, and clients of Postfix RELEASE "
            + "require that: they disable TLS\n");
    }

    [Fact]
    public void A_daemon_that_hangs_is_found()
    {
        using ControlRig rig = new();
        string queue = Directory.CreateDirectory(Path.Combine(rig.Directories.Root, "q")).FullName;
        Directory.CreateDirectory(Path.Combine(queue, "private"));
        using UnixListener silent = new(Path.Combine(queue, "private", "tlsmgr"));
        rig.Configure($"queue_directory = {queue}");

        CommandOutput output = rig.Run("doctor");

        output.Status.ShouldBe(1);
        output.Output.ShouldContain(
            "tlsmgr does not reply: no reply from ROOT/q/private/tlsmgr within 2 seconds\n");
    }

    private static IEnumerable<Fault> Faults(ControlRig rig) =>
    [
        .. MainCf.Select(fault => new Fault($"main.cf: {fault.Title}", () => rig.Configure(fault.Lines))),
        .. MasterCf.Select(fault => new Fault(
            $"master.cf: {fault.Title}", () => rig.WriteEntry(fault.Entry))),
        .. FileFaults(rig),
        .. ControlFaults(rig),
    ];

    private static IEnumerable<Fault> FileFaults(ControlRig rig)
    {
        string data = rig.Directories.Data;
        UnixFileMode ownMode = File.GetUnixFileMode(data);
        yield return new("data_directory for everybody", () => File.SetUnixFileMode(data, ForEverybody | ownMode),
            () => File.SetUnixFileMode(data, ownMode));
        yield return new("data_directory for reading", () => File.SetUnixFileMode(data, Unwritable),
            () => File.SetUnixFileMode(data, ownMode));
        string exchangeFile = rig.Daemon.ExchangeFile;
        UnixFileMode fileMode = File.GetUnixFileMode(exchangeFile);
        yield return new("exchange file for everybody", () => File.SetUnixFileMode(exchangeFile, ForEverybody),
            () => File.SetUnixFileMode(exchangeFile, fileMode));
        yield return new("exchange file for reading", () => File.SetUnixFileMode(exchangeFile, ReadOnly),
            () => File.SetUnixFileMode(exchangeFile, fileMode));
        string leftover = Path.Combine(data, "smtpd_scache.db");
        yield return new("a cache of Postfix's own", () => File.WriteAllText(leftover, ""), () => File.Delete(leftover));
        string forgotten = Path.Combine(data, "lmtp_scache.db");
        yield return new("a cache of Postfix's own that is configured no more", () => File.WriteAllText(forgotten, ""),
            () => File.Delete(forgotten));
        string program = Path.Combine(rig.Directories.Root, "libexec", "program");
        yield return new(
            "a program that cannot be executed",
            () =>
            {
                File.WriteAllText(program, "");
                rig.WriteEntry("tlsmgr unix - - y 1000? 1 program");
            },
            () => File.Delete(program));
        yield return new(
            "a directory in place of a program",
            () =>
            {
                Directory.CreateDirectory(program);
                rig.WriteEntry("tlsmgr unix - - y 1000? 1 program");
            },
            () => Directory.Delete(program));
        string own = Path.Combine(rig.Directories.Root, "libexec", "tlsmgr-net");
        yield return new("a program that is gone", () => File.Delete(own),
            () => File.CreateSymbolicLink(own, PublishedBinary.Path));
        string control = Path.Combine(data, "tlsmgr_control");
        yield return new(
            "a file in place of the control socket",
            () =>
            {
                File.Move(control, control + ".moved");
                File.WriteAllText(control, "");
            },
            () => File.Move(control + ".moved", control, overwrite: true));
        yield return new("no master.cf", () => File.Delete(rig.MasterCf));
    }

    private static IEnumerable<Fault> ControlFaults(ControlRig rig)
    {
        string data = rig.Directories.Data;
        UnixListener? silent = null;
        yield return new(
            "a control socket that nobody answers on",
            () =>
            {
                rig.Configure("tlsmgr_control_socket = silent");
                silent = new UnixListener(Path.Combine(data, "silent"));
                rig.Directories.Own(Path.Combine(data, "silent"));
            },
            () => silent?.Dispose());
        RunningDaemon? other = null;
        yield return new(
            "the control socket of another daemon",
            () =>
            {
                rig.Configure("tlsmgr_control_socket = other");
                other = new RunningDaemon([$"data_directory = {data}", "tlsmgr_control_socket = other"]);
                other.Ask("request|seed|size|1||").ShouldStartWith("status|0|");
            },
            () => other?.Dispose());
    }

    /// <summary>A fault, and how to take it away when writing the configuration anew does not.</summary>
    private sealed record Fault(string Title, Action Spoil, Action? Mend = null);
}
