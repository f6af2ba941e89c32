using Shouldly;
using TlsMgr.Pool.Servers;
using Xunit;

namespace TlsMgr.Pool.Tests.Servers;

public sealed class ServerInfoTests
{
    [Fact]
    public void Redis_is_described() =>
        ServerInfo.Parse(
            "# Server\r\nredis_version:7.0.15\r\nredis_mode:standalone\r\n",
            "# Memory\r\nmaxmemory:1048576\r\nmaxmemory_policy:noeviction\r\n",
            "# Clients\r\nconnected_clients:12\r\nmaxclients:10000\r\n")
            .ShouldBe(new ServerInfo("redis 7.0.15", false, "noeviction", 12, 10000));

    [Fact]
    public void Valkey_and_a_cluster_are_recognized() =>
        ServerInfo.Parse("redis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.1.1\r\nredis_mode:cluster\r\n")
            .ShouldBe(new ServerInfo("valkey 8.1.1", true, "", -1, -1));

    [Fact]
    public void A_server_without_a_limit_of_memory_says_so() =>
        ServerInfo.Parse("maxmemory:0\nmaxmemory_policy:allkeys-lru\n").Policy.ShouldBe("allkeys-lru, unlimited");

    [Fact]
    public void Malformed_and_long_values_do_no_harm()
    {
        ServerInfo info = ServerInfo.Parse(
            null, "no colon\r\n:no name\r\nconnected_clients:-5\r\nmaxclients:many\r\n", $"redis_version:{new string('9', 999)}");

        info.Clients.ShouldBe(-1);
        info.MaximumClients.ShouldBe(-1);
        info.Version.Length.ShouldBe("redis ".Length + 64);
    }
}
