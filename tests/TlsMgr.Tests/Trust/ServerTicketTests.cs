using System;
using Shouldly;
using TlsMgr.Trust;
using Xunit;

namespace TlsMgr.Tests.Trust;

/// <summary>Whether every server of master.cf gives session tickets.</summary>
public sealed class ServerTicketTests : IDisposable
{
    private readonly TrustRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData("", "smtp inet n - y - - smtpd", false)]
    [InlineData("", "qmgr unix n - n 300 1 qmgr", true)]
    [InlineData("tls_ssl_options = NO_TICKET", "smtp inet n - y - - smtpd", true)]
    [InlineData("tls_ssl_options = NO_TICKET", "smtp inet n - y - - smtpd -o tls_ssl_options=", false)]
    [InlineData("tls_ssl_options = no_renegotiation, 0x4000", "smtp inet n - y - - smtpd", true)]
    [InlineData("tls_ssl_options = NO_TICKETS", "smtp inet n - y - - smtpd", false)]
    [InlineData("x = NO_TICKET\ntls_ssl_options = $x", "tlsproxy unix - - y - 0 tlsproxy", true)]
    [InlineData("", "smtp inet n - y - - smtpd\nmx inet n - y - - smtpd -o tls_ssl_options=NO_TICKET", true)]
    [InlineData("", "smtp inet n - y - - smtpd\nx unix - - y - - smtp -o tls_ssl_options=NO_TICKET", false)]
    [InlineData("tls_session_ticket_cipher =", "smtp inet n - y - - smtpd", true)]
    [InlineData("tls_session_ticket_cipher = aes-128-cbc", "smtp inet n - y - - smtpd", false)]
    [InlineData("", "smtp inet n - y - - smtpd -o tls_session_ticket_cipher=", true)]
    [InlineData("", "smtp inet n - y", true)]
    [InlineData("", null, true)]
    public void One_server_without_tickets_or_an_unreadable_list_counts(string mainCf, string? masterCf, bool isWithout)
    {
        _rig.MainCf = mainCf;
        _rig.MasterCf = masterCf;

        TicketPolicy.HasServerWithoutTickets(_rig.LoadStore(), configuration: null).ShouldBe(isWithout);
    }

    [Theory]
    [InlineData("", "", false)]
    [InlineData("Options = -SessionTicket", "", true)]
    [InlineData("Options = Bugs,-sessionticket", "", true)]
    [InlineData("# Options = -SessionTicket", "", false)]
    [InlineData(".include DIR/other.cnf", "MinProtocol = TLSv1.2", false)]
    [InlineData(".include = DIR/other.cnf", "Options = -SessionTicket", true)]
    [InlineData(".include DIR/absent.cnf", "", false)]
    [InlineData(".include DIR", "", true)]
    [InlineData(".include other.cnf", "", true)]
    [InlineData(".include DIR/openssl.cnf", "", true)]
    public void OpenSSLs_own_configuration_may_turn_tickets_off(string line, string other, bool isWithout)
    {
        _rig.MasterCf = "smtp inet n - y - - smtpd";
        _rig.Write("other.cnf", other);
        string configuration = _rig.Write(
            "openssl.cnf", "[tls]\n" + line.Replace("DIR", _rig.Root, StringComparison.Ordinal) + "\n");

        TicketPolicy.HasServerWithoutTickets(_rig.LoadStore(), configuration).ShouldBe(isWithout);
    }

    [Theory]
    [InlineData("none", false)]
    [InlineData("default", true)]
    [InlineData("", true)]
    [InlineData("DIR/other.cnf", false)]
    public void The_configuration_is_that_of_tls_config_file(string file, bool isWithout)
    {
        _rig.MasterCf = "smtp inet n - y - - smtpd";
        _rig.MainCf = $"tls_config_file = {file}";
        _rig.Write("other.cnf", "");
        string configuration = _rig.Write("openssl.cnf", "Options = -SessionTicket\n");

        TicketPolicy.HasServerWithoutTickets(_rig.LoadStore(), configuration).ShouldBe(isWithout);
    }
}
