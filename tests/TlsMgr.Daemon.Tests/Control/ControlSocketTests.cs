using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Native.Libc;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests.Control;

/// <summary>The control socket of the published binary, in its jail: who may use it, what it bears, and who owns its name.</summary>
[Trait("Needs", "root")]
public sealed class ControlSocketTests
{
    /// <summary>As many connections as root may have.</summary>
    private const int Connections = 9;
    private const int Stop = 19;
    private const int Continue = 18;
    private const int Kill = 9;
    private const string Seed = "request|seed|size|1||";

    private static readonly string[] InJail = ["-u", "-c"];
    private static readonly string[] MainCf = ["smtpd_tls_session_cache_database = btree:${data_directory}/smtpd_scache"];

    [Fact]
    public void It_is_for_root_and_mail_owner_alone()
    {
        using RunningDaemon daemon = new(MainCf, InJail);
        daemon.Ask(Seed);
        string path = SocketOf(daemon);
        File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        FileStatus.OfPath(path, out FileStatus status);
        status.Owner.ShouldBe(UserIdentity.FindUser(daemon.Directories.Owner)!.UserId);

        // Where the file system lets everybody in, the credentials decide.
        File.SetUnixFileMode(path, (UnixFileMode)0b110_110_110);
        Stats(daemon, asUser: null).Status.ShouldBe(0);
        Stats(daemon, asUser: daemon.Directories.Owner).Status.ShouldBe(0);
        CommandOutput stranger = Stats(daemon, asUser: "nobody");
        (stranger.Status, stranger.Output).ShouldBe((3, ""));
        daemon.Log.TakeTexts().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("request|bogus||", "status|4294967294||")]
    [InlineData("request|list|cache_type|smtpd||", "status|4294967294||")]
    [InlineData("|||", "status|4294967294||")]
    [InlineData("\u0001\u0002\u0003|\u0004||", "status|4294967294||")]
    [InlineData("request|seed|size|32||", "status|4294967294||")]
    [InlineData("request|list|cache_type|smtpd|after|AAAA|limit|4294967295||", "status|0|next|||")]
    [InlineData("request|list|cache_type|smtpd|after||limit|0||", "status|0|next|||")]
    public void Garbage_is_answered_and_harms_nobody(string message, string reply)
    {
        using RunningDaemon daemon = new(MainCf, InJail);
        daemon.Ask(Seed);
        using AttributeClient client = AttributeClient.Connect(SocketOf(daemon), PublishedBinary.Timeout);

        client.SendBytes(RunningDaemon.Bytes(message));
        RunningDaemon.Text(client.ReadList()).ShouldBe(reply);

        client.SendBytes(RunningDaemon.Bytes("request|rotate||"));
        RunningDaemon.Text(client.ReadList()).ShouldBe("status|0||");
        daemon.Ask(Seed).ShouldStartWith("status|0|");
    }

    [Fact]
    public void A_random_stream_leaves_the_daemon_at_work()
    {
        using RunningDaemon daemon = new(MainCf, InJail);
        daemon.Ask(Seed);
        System.Random random = new(1);
        string[] words = ["request", "list", "flush", "stats", "keys", "cache_type", "smtpd", "after", "limit", "7", ""];
        for (int i = 0; i < 200; i++)
        {
            using AttributeClient client = AttributeClient.Connect(SocketOf(daemon), PublishedBinary.Timeout);
            string text = string.Join('|', Enumerable.Range(0, random.Next(1, 20)).Select(_ => words[random.Next(words.Length)]));
            byte[] bytes = RunningDaemon.Bytes(text + "|||");
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            client.SendBytes(bytes);
            client.CloseSending();
            while (!client.ReadEnd())
            {
            }
        }

        daemon.Ask(Seed).ShouldStartWith("status|0|");
        Stats(daemon, asUser: null).Status.ShouldBe(0);
    }

    [Fact]
    public void It_has_a_few_connections_and_no_more()
    {
        using RunningDaemon daemon = new(MainCf, InJail);
        daemon.Ask(Seed);
        AttributeClient[] clients = Fill(daemon);
        Array.ForEach(clients, client => client.SendBytes(RunningDaemon.Bytes("request|ke")));

        using (AttributeClient tooMany = AttributeClient.Connect(SocketOf(daemon), PublishedBinary.Timeout))
        {
            tooMany.ReadEnd().ShouldBeTrue();
        }

        foreach (AttributeClient client in clients)
        {
            client.SendBytes(RunningDaemon.Bytes("ys||"));
            RunningDaemon.Text(client.ReadList()).ShouldStartWith("status|0|");
            client.Dispose();
        }

        daemon.Ask(Seed);
        Stats(daemon, asUser: null).Status.ShouldBe(0);
    }

    [Fact]
    public void Idle_connections_give_way()
    {
        using RunningDaemon daemon = new(MainCf, InJail);
        daemon.Ask(Seed);
        AttributeClient[] clients = Fill(daemon);

        // They have to be idle for a second.
        long start = Stopwatch.GetTimestamp();
        CommandOutput output;
        do
        {
            output = Stats(daemon, asUser: null);
        }
        while (output.Status != 0 && Stopwatch.GetElapsedTime(start) < PublishedBinary.Timeout);

        output.Status.ShouldBe(0, output.Errors);
        clients[0].ReadEnd().ShouldBeTrue();
        foreach (AttributeClient client in clients[1..])
        {
            client.SendBytes(RunningDaemon.Bytes("request|keys||"));
            RunningDaemon.Text(client.ReadList()).ShouldStartWith("status|0|");
        }

        Array.ForEach(clients, client => client.Dispose());
        daemon.Log.TakeTexts().ShouldBeEmpty();
    }

    [Fact]
    [Trait("Traced", "not")]
    public void A_new_daemon_takes_the_name_over_from_one_that_is_still_there_or_was_killed()
    {
        using RunningDaemon daemon = new(options: InJail);
        daemon.Ask(Seed);
        daemon.Ask(Seed);
        AnswersWithSeeds(2, daemon);
        SpawnedProcess old = daemon.Master.Process;
        old.Signal(Stop);
        daemon.Master.StartAgain();
        daemon.Ask(Seed);
        AnswersWithSeeds(1, daemon);

        // The old one ends only now, and takes nothing with it.
        old.Signal(Continue);
        old.WaitForExit(PublishedBinary.Timeout).ShouldBe(0);
        AnswersWithSeeds(1, daemon);

        daemon.Master.Process.Signal(Kill);
        daemon.Master.Process.WaitForExit(PublishedBinary.Timeout);
        Stats(daemon, asUser: null).Errors.ShouldContain("Connection refused");
        daemon.Master.StartAgain();
        daemon.Ask(Seed);
        AnswersWithSeeds(1, daemon);
        daemon.Log.TakeTexts().ShouldBeEmpty();
        Directory.GetFiles(daemon.Directories.Data, "tlsmgr_control*").Length.ShouldBe(1);
    }

    [Theory]
    [InlineData("a/b", "not a name in data_directory")]
    [InlineData("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "name too long")]
    [InlineData("prng_exch", "there is a file of this name")]
    public void A_name_that_cannot_be_costs_the_control_socket_and_nothing_else(string name, string reason)
    {
        using RunningDaemon daemon = new([$"tlsmgr_control_socket = {name}"], InJail);

        daemon.Ask(Seed).ShouldStartWith("status|0|");

        daemon.Log.TakeTexts().ShouldBe(
            [$"warning: control socket {daemon.Directories.Data}/{name}: {reason} -- continuing without control socket"]);
        FileStatus.OfPath(daemon.ExchangeFile, out FileStatus status);
        status.IsRegularFile.ShouldBeTrue();
    }

    [Fact]
    public void A_data_directory_with_a_long_path_has_a_control_socket()
    {
        DaemonDirectories directories = new();
        string data = directories.Data;
        for (int i = 0; i < 3; i++)
        {
            data = Directory.CreateDirectory(Path.Combine(data, new string('x', 60))).FullName;
            directories.Own(data);
        }

        File.AppendAllLines(Path.Combine(directories.Config, "main.cf"), [$"data_directory = {data}"]);
        using RunningDaemon daemon = new(directories, InJail);

        daemon.Ask(Seed).ShouldStartWith("status|0|");
        AnswersWithSeeds(1, daemon);
        daemon.Master.StartAgain();
        daemon.Ask(Seed).ShouldStartWith("status|0|");
        AnswersWithSeeds(1, daemon);
        daemon.Log.TakeTexts().ShouldAllBe(text => text.Contains("overriding earlier entry", StringComparison.Ordinal));
    }

    [Fact]
    public void An_empty_name_is_no_control_socket()
    {
        using RunningDaemon daemon = new(["tlsmgr_control_socket ="], InJail);

        daemon.Ask(Seed).ShouldStartWith("status|0|");

        daemon.Log.TakeTexts().ShouldBeEmpty();
        Directory.GetFiles(daemon.Directories.Data).Select(Path.GetFileName)
            .ShouldBe(["prng_exch", "ticket_key_seal"], ignoreOrder: true);
        CommandOutput output = Stats(daemon, asUser: null);
        output.ShouldBe(new CommandOutput(
            3, "", "tlsmgrctl: fatal: there is no control socket: tlsmgr_control_socket is empty\n"));
    }

    /// <summary>As many connections as there may be, each used once, one after the other.</summary>
    private static AttributeClient[] Fill(RunningDaemon daemon)
    {
        AttributeClient[] clients = [.. Enumerable.Range(0, Connections)
            .Select(_ => AttributeClient.Connect(SocketOf(daemon), PublishedBinary.Timeout))];
        foreach (AttributeClient client in clients)
        {
            client.SendBytes(RunningDaemon.Bytes("request|keys||"));
            RunningDaemon.Text(client.ReadList()).ShouldStartWith("status|0|");
        }

        return clients;
    }

    /// <summary>Whoever answers was asked for one seed: the old daemon and the new one are told apart by that.</summary>
    private static void AnswersWithSeeds(int seeds, RunningDaemon daemon)
    {
        CommandOutput output = Stats(daemon, asUser: null);
        output.Output.ShouldContain($"requests     seed {seeds}  ", customMessage: output.Errors);
    }

    private static string SocketOf(RunningDaemon daemon) => Path.Combine(daemon.Directories.Data, "tlsmgr_control");

    private static CommandOutput Stats(RunningDaemon daemon, string? asUser)
    {
        string[] command = [PublishedBinary.Control, "stats", "-c", daemon.Directories.Config];
        return asUser is null
            ? CommandOutput.Of(command[0], command[1..])
            : CommandOutput.Of("setpriv", ["--reuid", asUser, "--clear-groups", .. command]);
    }
}
