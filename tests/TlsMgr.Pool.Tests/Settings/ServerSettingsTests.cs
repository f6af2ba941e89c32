using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using Shouldly;
using TlsMgr.Pool.Settings;
using TlsMgr.Pool.Tests.Running;
using TlsMgr.Postfix.Config;
using TlsMgr.Postfix.Logging;
using Xunit;

namespace TlsMgr.Pool.Tests.Settings;

public sealed class ServerSettingsTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("tlspool-settings-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void Servers_are_separated_by_commas_and_spaces()
    {
        ServerSettings settings = Evaluate("tlspool_server = inet:127.0.0.1:1, inet:[::1]:2 inet:127.0.0.3:3");

        settings.Fault.ShouldBeNull();
        settings.EndPoints.Select(static place => place.Name).ShouldBe(["127.0.0.1:1", "[::1]:2", "127.0.0.3:3"]);
        settings.EndPoints[1].Address.ShouldBe(new IPEndPoint(IPAddress.IPv6Loopback, 2));
        settings.Prefix.ShouldBe("tlspool");
        settings.Password.ShouldBeNull();
        settings.Tls.ShouldBeNull();
    }

    [Fact]
    public void A_name_keeps_its_addresses_and_its_name_for_the_certificate()
    {
        ServerSettings settings = Evaluate("tlspool_server = inet:localhost:7");

        settings.Fault.ShouldBeNull();
        settings.EndPoints.ShouldAllBe(static place => place.HostName == "localhost" && place.Address is IPEndPoint);
        settings.EndPoints[0].Name.ShouldStartWith("localhost[");
    }

    [Theory]
    [InlineData("/jail", "/jail/private/redis", "/private/redis")]
    [InlineData("/jail", "/private/redis", "/private/redis")]
    [InlineData("/jail", "/jailed/redis", "/jailed/redis")]
    [InlineData(null, "/jail/private/redis", "/jail/private/redis")]
    public void A_socket_in_the_jail_has_its_path_there(string? jail, string path, string expected)
    {
        ServerSettings settings = Evaluate([$"tlspool_server = unix:{path}"], jail);

        settings.Fault.ShouldBeNull();
        settings.EndPoints.Single().Address.ShouldBe(new UnixDomainSocketEndPoint(expected));
    }

    [Theory]
    [InlineData("tlspool_server", "parameter tlspool_server is empty", "")]
    [InlineData("inet:x", "parameter tlspool_server: bad value: inet:x: no port", "tlspool_server = inet:x")]
    [InlineData("two", "must be the only server", "tlspool_server = unix:/a unix:/b")]
    [InlineData("unresolved", "parameter tlspool_server: bad value: inet:no.invalid:1: ", "tlspool_server = inet:no.invalid:1")]
    [InlineData("prefix", "parameter tlspool_prefix: bad value: a{b}: ", "tlspool_prefix = a{b}")]
    [InlineData("empty prefix", "parameter tlspool_prefix: bad value: ", "tlspool_prefix = ")]
    [InlineData("user", "parameter tlspool_user: bad value: u: tlspool_password_file is empty", "tlspool_server = inet:127.0.0.1:1|tlspool_user = u")]
    [InlineData("password", "open /nonexistent: No such file or directory", "tlspool_server = inet:127.0.0.1:1|tlspool_password_file = /nonexistent")]
    [InlineData("device", "open /dev/null: not a regular file", "tlspool_server = inet:127.0.0.1:1|tlspool_password_file = /dev/null")]
    [InlineData("CA", "open /nonexistent: No such file or directory", "tlspool_server = inet:127.0.0.1:1|tlspool_tls_CAfile = /nonexistent")]
    [InlineData("no CA", "file /etc/passwd: it has no certificate", "tlspool_server = inet:127.0.0.1:1|tlspool_tls_CAfile = /etc/passwd")]
    [InlineData("certificate", "parameter tlspool_tls_cert_file: bad value: /c: tlspool_tls_CAfile is empty", "tlspool_server = inet:127.0.0.1:1|tlspool_tls_cert_file = /c")]
    [InlineData("TLS", "a Unix socket is used without TLS", "tlspool_server = unix:/a|tlspool_tls_CAfile = /c")]
    [InlineData("Sentinel", "a Sentinel has no Unix socket", "tlspool_server = unix:/a|tlspool_sentinel_service = mail")]
    public void A_bad_value_is_one_line_with_the_name_the_value_and_the_reason(string row, string fault, string lines)
    {
        ServerSettings settings = Evaluate(lines.Split('|'), jail: null);

        settings.Fault.ShouldNotBeNull(row);
        settings.Fault.ShouldContain(fault);
        settings.Fault.ShouldNotContain("\n");
        settings.IsTemporary.ShouldBe(row == "unresolved");
    }

    [Fact]
    public void A_password_is_the_first_line_of_its_file()
    {
        string file = Path.Combine(_directory.FullName, "password");
        File.WriteAllText(file, "päss word \r\nanother line\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead);

        Evaluate("tlspool_server = inet:127.0.0.1:1", $"tlspool_password_file = {file}").Password.ShouldBe("päss word ");
    }

    [Fact]
    public void Certificates_and_a_key_are_read()
    {
        using TestCertificates files = new();

        Evaluate(
            "tlspool_server = inet:127.0.0.1:1", $"tlspool_tls_CAfile = {files["authority.pem"]}",
            $"tlspool_tls_cert_file = {files["client.pem"]}", $"tlspool_tls_key_file = {files["client.key"]}")
            .Tls.ShouldNotBeNull().CreateOptions("host").TargetHost.ShouldBe("host");
        Evaluate(
            "tlspool_server = inet:127.0.0.1:1", $"tlspool_tls_CAfile = {files["authority.pem"]}",
            $"tlspool_tls_cert_file = {files["client.pem"]}", $"tlspool_tls_key_file = {files["server.key"]}")
            .Fault.ShouldBe($"file {files["client.pem"]}: no certificate for the key in {files["server.key"]}");
    }

    private ServerSettings Evaluate(params string[] lines) => Evaluate(lines, jail: null);

    private ServerSettings Evaluate(string[] lines, string? jail)
    {
        File.WriteAllText(Path.Combine(_directory.FullName, "main.cf"), "");
        File.WriteAllLines(Path.Combine(_directory.FullName, "tlsmgr.cf"), lines);
        Log log = new();
        ParameterStore store = ParameterStore.Read(
            new ProcessDescription(_directory.FullName, "host.example.com", "tlspool", 1, MasterExecutable: null), log);
        return ServerSettings.Evaluate(PoolServerParameters.Load(store), jail, log);
    }
}
