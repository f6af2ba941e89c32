using System;
using System.IO;
using Shouldly;
using TlsMgr.Trust;
using Xunit;

namespace TlsMgr.Tests.Trust;

/// <summary>Which servers give tickets, so that nobody looks up their sessions of TLS 1.3.</summary>
public sealed class TicketPolicyTests : IDisposable
{
    private const string Smtpd = "smtp inet n - n - - smtpd";

    private readonly TrustRig _rig = new() { MasterCf = Smtpd };

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData("", false)]
    [InlineData("NO_TICKET", true)]
    [InlineData("no_ticket", true)]
    [InlineData("NO_RENEGOTIATION, NO_TICKET", true)]
    [InlineData("NO_RENEGOTIATION\tNO_TICKET", true)]
    [InlineData("NO_TICKETS", false)]
    [InlineData("NO_RENEGOTIATION", false)]
    [InlineData("0x4000", true)]
    [InlineData("0X0000C000", true)]
    [InlineData("0x8000", false)]
    [InlineData("0x", false)]
    [InlineData("4000", false)]
    [InlineData("0x4000000000000000000", false)]
    public void Tickets_are_off_by_name_or_by_the_bit_of_OpenSSL(string options, bool isOff)
    {
        TicketPolicy.HasNoTicket(options).ShouldBe(isOff);
    }

    [Theory]
    [InlineData(Smtpd, "tls_ssl_options = NO_TICKET", ServerTickets.None)]
    [InlineData(Smtpd, "", ServerTickets.All)]
    [InlineData(Smtpd + "\nsubmission inet n - n - - smtpd -o tls_ssl_options=NO_TICKET", "", ServerTickets.Some)]
    [InlineData(Smtpd + " -o tls_ssl_options=", "tls_ssl_options = NO_TICKET", ServerTickets.All)]
    [InlineData(Smtpd + " -o tls_ssl_options=\n25 inet n - n - - smtpd", "tls_ssl_options = NO_TICKET", ServerTickets.Some)]
    [InlineData(Smtpd + "\n25 inet n - n - - smtpd", "tls_ssl_options = NO_TICKET", ServerTickets.None)]
    [InlineData("smtp inet n - n - 1 postscreen\ntlsproxy unix - - n - 0 tlsproxy -o tls_ssl_options=NO_TICKET", "", ServerTickets.None)]
    [InlineData(Smtpd + "\ntlsproxy unix - - n - 0 tlsproxy -o tls_ssl_options=NO_TICKET", "", ServerTickets.Some)]
    [InlineData(Smtpd + "\nrelay unix - - n - - smtp -o tls_ssl_options=NO_TICKET", "", ServerTickets.All)]
    [InlineData("qmgr unix n - n 300 1 qmgr", "", ServerTickets.Some)]
    [InlineData("qmgr unix n - n 300 1 qmgr", "tls_ssl_options = NO_TICKET", ServerTickets.Some)]
    [InlineData(Smtpd, "tls_session_ticket_cipher =", ServerTickets.None)]
    [InlineData(Smtpd, "tls_session_ticket_cipher = aes-128-cbc", ServerTickets.All)]
    [InlineData(Smtpd + " -o tls_session_ticket_cipher=", "", ServerTickets.None)]
    [InlineData("smtp inet n - y", "", ServerTickets.Some)]
    [InlineData(Smtpd, "options = NO_TICKET\ntls_ssl_options = $options", ServerTickets.None)]
    public void Each_server_counts_with_its_own_options(string masterCf, string mainCf, ServerTickets tickets)
    {
        _rig.MasterCf = masterCf;
        _rig.MainCf = mainCf;

        TicketPolicy.Find(_rig.LoadStore(), configuration: null).ShouldBe(tickets);
    }

    [Fact]
    public void Where_master_cf_cannot_be_read_it_cannot_be_told()
    {
        _rig.MasterCf = null;
        Directory.CreateDirectory(_rig.PathOf("master.cf"));

        TicketPolicy.Find(_rig.LoadStore(), configuration: null).ShouldBe(ServerTickets.Some);
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
        _rig.Write("other.cnf", other);
        string configuration = _rig.Write(
            "openssl.cnf", "[tls]\n" + line.Replace("DIR", _rig.Root, StringComparison.Ordinal) + "\n");

        TicketPolicy.Find(_rig.LoadStore(), configuration)
            .ShouldBe(isWithout ? ServerTickets.None : ServerTickets.All);
    }

    [Theory]
    [InlineData("none", false)]
    [InlineData("default", true)]
    [InlineData("", true)]
    [InlineData("DIR/other.cnf", false)]
    public void The_configuration_is_that_of_tls_config_file(string file, bool isWithout)
    {
        _rig.MainCf = $"tls_config_file = {file}";
        _rig.Write("other.cnf", "");
        string configuration = _rig.Write("openssl.cnf", "Options = -SessionTicket\n");

        TicketPolicy.Find(_rig.LoadStore(), configuration)
            .ShouldBe(isWithout ? ServerTickets.None : ServerTickets.All);
    }

    [Fact]
    public void Servers_with_another_configuration_of_OpenSSL_count_with_that()
    {
        _rig.MasterCf = Smtpd + "\n25 inet n - n - - smtpd -o tls_config_file=none";
        string configuration = _rig.Write("openssl.cnf", "Options = -SessionTicket\n");

        TicketPolicy.Find(_rig.LoadStore(), configuration).ShouldBe(ServerTickets.Some);
    }
}
