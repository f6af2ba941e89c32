using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Pool.Tests.Running;

/// <summary>The least rights that tlspool needs, as its manual page gives them: with one less, that one is named.</summary>
public sealed partial class AclTests : IDisposable
{
    private const string User = "tlspool";
    private const string Password = "secret password";

    private readonly string _passwordFile = Path.GetTempFileName();

    public AclTests() => File.WriteAllText(_passwordFile, Password + "\nnot read\n");

    public void Dispose() => File.Delete(_passwordFile);

    /// <summary>The commands of the line for servers.</summary>
    private static string[] Commands => Documented("server");

    /// <summary>Each command without which something does not work.</summary>
    public static TheoryData<string> Needed => [.. Commands.Where(static command => command is not ("+info" or "+echo"))];

    [Fact]
    public void With_the_documented_line_everything_works_and_nothing_is_refused()
    {
        using RedisServer server = CreateServer(Commands);
        using RunningPool pool = CreatePool(server);
        using PoolConnection connection = pool.ConnectWhenReachable();

        Use(connection);

        Dictionary<string, string> state = connection.State();
        state["fault"].ShouldBe("");
        state["commands_refused"].ShouldBe("");
        state["version"].ShouldStartWith("redis ");
        server.Ask("ACL", "LOG").ShouldBe("");
    }

    [Theory]
    [MemberData(nameof(Needed))]
    public void A_missing_right_is_named(string command)
    {
        using RedisServer server = CreateServer(Commands.Where(other => other != command));
        using RunningPool pool = CreatePool(server);
        using PoolConnection connection = pool.Connect();
        connection.AwaitReachable(command != "+get");

        connection.Follow(7);
        connection.Put(PoolConnection.Key(1), "session");
        connection.Get(PoolConnection.Key(1));
        connection.Drop(PoolConnection.Key(1));

        Await(() => connection.State()["commands_refused"].Split(' ').Contains(command[1..]));
    }

    [Fact]
    public void Without_the_right_to_ask_for_information_only_the_information_is_missing()
    {
        using RedisServer server = CreateServer(Commands.Where(static command => command != "+info"));
        using RunningPool pool = CreatePool(server);
        using PoolConnection connection = pool.ConnectWhenReachable();

        Use(connection);

        Dictionary<string, string> state = connection.State();
        (state["state"], state["version"], state["clients"]).ShouldBe(("up", "", "-1"));
    }

    [Fact]
    public void Without_the_right_by_which_the_library_connects_the_reason_names_it()
    {
        using RedisServer server = CreateServer(Commands.Where(static command => command != "+echo"));
        using RunningPool pool = CreatePool(server);
        using PoolConnection connection = pool.Connect();

        connection.AwaitReachable(false).ShouldContain("'echo'");
    }

    [Theory]
    [InlineData("wrong password", "tlspool", "WRONGPASS")]
    [InlineData(Password, "nobody", "WRONGPASS")]
    public void A_refused_password_is_reported_and_never_logged(string password, string user, string reason)
    {
        // The default user needs none: the library would go on as that user.
        using RedisServer server = CreateServer(Commands);
        File.WriteAllText(_passwordFile, password);
        using RunningPool pool = new(
            $"tlspool_server = {server.Address}", $"tlspool_user = {user}", $"tlspool_password_file = {_passwordFile}");
        using PoolConnection connection = pool.Connect();

        connection.AwaitReachable(false).ShouldStartWith(reason);

        connection.Put(PoolConnection.Key(1), "session").ShouldBe(-2);
        pool.Log.WaitFor(reason, RunningPool.Timeout).ShouldAllBe(text => !text.Contains(password));
    }

    [Fact]
    public void A_password_that_is_not_given_is_reported()
    {
        using RedisServer server = new("--requirepass", Password);
        using RunningPool pool = new($"tlspool_server = {server.Address}");
        using PoolConnection connection = pool.Connect();

        connection.AwaitReachable(false).ShouldBe("NOAUTH Authentication required.");
    }

    [Fact]
    public void With_the_line_for_clusters_all_nodes_are_used()
    {
        RedisServer[] nodes = [.. Enumerable.Range(0, 3).Select(static _ => new RedisServer("--cluster-enabled", "yes"))];
        try
        {
            RunningCluster.Join(nodes);
            Array.ForEach(nodes, static node => SetUser(node, Documented("cluster")));
            using RunningPool pool = CreatePool(nodes[0]);
            using PoolConnection connection = pool.ConnectWhenReachable();

            for (int i = 0; i < 40; i++)
            {
                connection.Put(PoolConnection.Key(i), "session").ShouldBe(0);
            }

            connection.State()["commands_refused"].ShouldBe("");
            nodes.ShouldAllBe(static node => int.Parse(node.Ask("DBSIZE")) > 2);
            nodes.ShouldAllBe(static node => node.Ask("ACL", "LOG") == "");
        }
        finally
        {
            Array.ForEach(nodes, static node => node.Dispose());
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void With_the_line_for_Sentinels_and_without_their_password_the_primary_is_found(bool asksForPassword)
    {
        using RedisServer server = CreateServer(Commands);
        string rights = asksForPassword
            ? $"user default off\nuser {User} on >{Password.Replace(' ', '-')} {string.Join(' ', Documented("sentinel"))}"
            : "";
        File.WriteAllText(_passwordFile, Password.Replace(' ', '-'));
        server.Ask("ACL", "SETUSER", User, ">" + Password.Replace(' ', '-'));
        using RedisServer sentinel = RedisServer.StartSentinel(server, quorum: 1, rights);
        using RunningPool pool = new(
            $"tlspool_server = {sentinel.Address}", "tlspool_sentinel_service = mail", $"tlspool_user = {User}",
            $"tlspool_password_file = {_passwordFile}");
        using PoolConnection connection = pool.Connect();
        connection.AwaitSound();

        connection.Put(PoolConnection.Key(1), "session").ShouldBe(0);
        connection.State()["server"].ShouldBe($"127.0.0.1:{server.Port}");
    }

    /// <summary>The commands of a line of the manual page: the rights of a user, by what they are for.</summary>
    private static string[] Documented(string kind)
    {
        string page = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "src", "TlsMgr.Pool", "tlspool.8.md"));
        Match line = AclLine().Matches(page).Single(match => match.Groups["kind"].Value == kind);
        return [.. line.Groups["rights"].Value.Split(' ').Where(static right => right[0] is '+')];
    }

    private RunningPool CreatePool(RedisServer server) => new(
        $"tlspool_server = {server.Address}", $"tlspool_user = {User}", $"tlspool_password_file = {_passwordFile}");

    private static RedisServer CreateServer(IEnumerable<string> commands)
    {
        return new RedisServer().UsedBy(server =>
        {
            SetUser(server, commands);
            return server;
        });
    }

    private static void SetUser(RedisServer server, IEnumerable<string> commands) =>
        server.Ask(["ACL", "SETUSER", User, "on", ">" + Password, "~tlspool:*", .. commands]).ShouldBe("OK");

    private static void Use(PoolConnection connection)
    {
        connection.Follow(7).ShouldBe(0);
        connection.Put(PoolConnection.Key(1), "session").ShouldBe(0);
        connection.Get(PoolConnection.Key(1)).ShouldBe((0, "session"));
        connection.AwaitKnown(PoolConnection.Key(1));
        connection.Drop(PoolConnection.Key(1)).ShouldBe(0);
    }

    private static void Await(Func<bool> condition)
    {
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        while (!condition())
        {
            System.Diagnostics.Stopwatch.GetElapsedTime(start).ShouldBeLessThan(RunningPool.Timeout);
        }
    }

    [GeneratedRegex("^ +(?<kind>server|cluster|sentinel): +(?<rights>.*)$", RegexOptions.Multiline)]
    private static partial Regex AclLine();
}
