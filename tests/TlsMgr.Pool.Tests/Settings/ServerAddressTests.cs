using Shouldly;
using TlsMgr.Pool.Settings;
using Xunit;

namespace TlsMgr.Pool.Tests.Settings;

public sealed class ServerAddressTests
{
    [Theory]
    [InlineData("inet:redis.example.com:6379", "redis.example.com", 6379)]
    [InlineData("inet:127.0.0.1:1", "127.0.0.1", 1)]
    [InlineData("inet:[2001:db8::1]:65535", "2001:db8::1", 65535)]
    public void A_host_and_a_port_are_read(string text, string host, int port)
    {
        ServerAddress.Parse(text, out ServerAddress? address).ShouldBeNull();

        address.ShouldBe(new ServerAddress(text, host, port, ""));
    }

    [Fact]
    public void A_socket_is_read()
    {
        ServerAddress.Parse("unix:/run/redis", out ServerAddress? address).ShouldBeNull();

        address!.SocketPath.ShouldBe("/run/redis");
        address.IsUnix.ShouldBeTrue();
    }

    [Theory]
    [InlineData("redis.example.com:6379")]
    [InlineData("inet:redis.example.com")]
    [InlineData("inet:redis.example.com:0")]
    [InlineData("inet:redis.example.com:65536")]
    [InlineData("inet:redis.example.com:-1")]
    [InlineData("inet:redis.example.com:+1")]
    [InlineData("inet:redis.example.com: 1")]
    [InlineData("inet::6379")]
    [InlineData("inet:2001:db8::1:6379")]
    [InlineData("inet:[redis.example.com]:6379")]
    [InlineData("inet:[]:6379")]
    [InlineData("unix:run/redis")]
    [InlineData("unix:")]
    [InlineData("tls:redis.example.com:6379")]
    [InlineData("")]
    public void Anything_else_is_refused_with_a_reason(string text)
    {
        ServerAddress.Parse(text, out ServerAddress? address).ShouldNotBeNullOrEmpty();

        address.ShouldBeNull();
    }
}
