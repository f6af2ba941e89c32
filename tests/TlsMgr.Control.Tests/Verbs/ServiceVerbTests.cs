using System.IO;
using System.Text.RegularExpressions;
using Shouldly;
using TlsMgr.Control.Client;
using TlsMgr.Control.Output;
using TlsMgr.Control.Tests.Client;
using TlsMgr.Control.Verbs;
using TlsMgr.Postfix.Logging;
using Xunit;

namespace TlsMgr.Control.Tests.Verbs;

/// <summary>The output of the verbs of the service socket.</summary>
public sealed partial class ServiceVerbTests
{
    [Fact]
    public void Ping_shows_the_socket_and_both_times() =>
        Run(new PingVerb(), "protocol|tlsmgr_protocol||status|0|seed|QQ==||status|0|seed|QQ==||").ShouldBe((true,
        """
        socket              /path
        announces_protocol  yes
        status              0 (ok)
        first_milliseconds  N
        milliseconds        N

        """));

    [Theory]
    [InlineData("status|4294967294|seed|||status|0|seed|QQ==||")]
    [InlineData("status|0|seed|QQ==||status|4294967294|seed|||")]
    public void Ping_fails_when_either_request_does(string replies)
    {
        (bool isPositive, string output) = Run(new PingVerb(), replies);

        isPositive.ShouldBeFalse();
        output.ShouldContain("status              -2 (no seed)\n");
    }

    [Theory]
    [InlineData("status|0|cachable|1|timeout|3600||status|4294967294|keybuf|||", "tlsmgr gives no ticket key")]
    [InlineData("status|4294967294|cachable|0|timeout|0||", "tlsmgr gives no policy")]
    public void Ping_with_a_program_names_what_is_not_given(string replies, string reason)
    {
        using ServiceConnection connection = ScriptedTransport.Connect(replies);

        Should.Throw<NoReplyException>(() => PingVerb.RequestAll(connection)).Message.ShouldBe(reason);
    }

    [Theory]
    [InlineData("status|0|cachable|0|timeout|3600||status|0|keybuf|QUI=||")]
    [InlineData("status|0|cachable|0|timeout|0||")]
    public void Ping_with_a_program_expects_a_ticket_key_where_there_are_tickets(string replies)
    {
        using ServiceConnection connection = ScriptedTransport.Connect(replies);

        Should.NotThrow(() => PingVerb.RequestAll(connection));
    }

    [Fact]
    public void Seed_shows_hexadecimal_digits() =>
        Run(new SeedVerb { Size = "3" }, "status|0|seed|+/8A||").ShouldBe((true,
            "status        0 (ok)\nseed          fbff00\nmilliseconds  N\n"));

    [Theory]
    [InlineData("status|0|cachable|1|timeout|3600||", true, "yes", 3600)]
    [InlineData("status|0|cachable|0|timeout|0||", false, "no", 0)]
    public void Policy_shows_cache_and_timeout(string reply, bool isPositive, string cachable, int timeoutSeconds) =>
        Run(new PolicyVerb { Cache = "smtp" }, reply).ShouldBe((isPositive,
            "cache            smtp\nstatus           0 (ok)\n"
            + $"cachable         {cachable}\ntimeout_seconds  {timeoutSeconds}\nmilliseconds     N\n"));

    [Theory]
    [InlineData("status|0|session|QUJD||", true, "0 (found)", 3)]
    [InlineData("status|4294967295|session|||", false, "-1 (not found)", 0)]
    public void Lookup_shows_the_size_alone(string reply, bool isPositive, string status, int sessionBytes) =>
        Run(new LookupVerb { Cache = "smtp", Id = "x" }, reply).ShouldBe((isPositive,
            $"cache          smtp\nstatus         {status}\nsession_bytes  {sessionBytes}\nmilliseconds   N\n"));

    [Fact]
    public void Arguments_that_make_no_sense_are_refused()
    {
        Fault(new SeedVerb { Size = "0" }).ShouldBe("bad seed size 0: 1 to 255");
        Fault(new SeedVerb { Size = "256" }).ShouldBe("bad seed size 256: 1 to 255");
        Fault(new PolicyVerb { Cache = "http" }).ShouldBe("no cache http: smtpd, smtp or lmtp");
        Fault(new LookupVerb { Cache = "SMTP", Id = "x" }).ShouldBe("no cache SMTP: smtpd, smtp or lmtp");
        Fault(new LookupVerb { Cache = "smtp", Id = @"\x00" }).ShouldBe(@"bad cache id \x00: an id has no zero byte");
    }

    private static string Fault(ServiceVerb verb) => Should.Throw<FatalException>(verb.CheckArguments).Message;

    private static (bool IsPositive, string Output) Run(ServiceVerb verb, string replies)
    {
        verb.CheckArguments();
        using StringWriter output = new() { NewLine = "\n" };
        using ServiceConnection connection = ScriptedTransport.Connect(replies);
        FieldList result = new();
        bool isPositive = verb.Execute(connection, result);
        result.Write(output, json: false);
        return (isPositive, Time().Replace(output.ToString(), "N"));
    }

    [GeneratedRegex(@"(?<=milliseconds +)[0-9]+\.[0-9]{3}")]
    private static partial Regex Time();
}
