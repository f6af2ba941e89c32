// The services that a delivery needs, each as in the distribution's master.cf; they are in a chroot jail when the
// distribution jails tlsmgr.

using System;
using System.Collections.Generic;
using System.Linq;
using TlsMgr.Rig.Scenarios;

namespace TlsMgr.Rig;

/// <summary>The text of master.cf.</summary>
internal sealed class MasterCf(Release release)
{
    private readonly string _jail = release.Jails ? "y" : "n";

    // service type private unpriv chroot wakeup maxproc command
    private string Common => $"""
        pickup  unix  n  -  {_jail}  60     1  pickup
        cleanup unix  n  -  {_jail}  -      0  cleanup
        qmgr    unix  n  -  n        300    1  qmgr
        tlsmgr  unix  -  -  {_jail}  1000?  1  tlsmgr
        rewrite unix  -  -  {_jail}  -      -  trivial-rewrite
        bounce  unix  -  -  {_jail}  -      0  bounce
        defer   unix  -  -  {_jail}  -      0  bounce
        trace   unix  -  -  {_jail}  -      0  bounce
        flush   unix  n  -  {_jail}  1000?  0  flush
        proxymap unix -  -  n        -      -  proxymap
        showq   unix  n  -  {_jail}  -      -  showq
        error   unix  -  -  {_jail}  -      -  error
        retry   unix  -  -  {_jail}  -      -  error
        discard unix  -  -  {_jail}  -      -  discard
        anvil   unix  -  -  {_jail}  -      1  anvil
        scache  unix  -  -  {_jail}  -      1  scache
        tlsproxy unix -  -  {_jail}  -      0  tlsproxy
        postlog unix-dgram n -  n    -      1  postlogd

        """;

    internal string ForReceiver(IEnumerable<Scenario> scenarios) => Common + string.Concat(scenarios.Select(Listener));

    /// <summary>TlsMgr as its package installs it, and a listener whose processes serve one connection each.</summary>
    internal string ForDoctor(int port) => Common.Replace(
        "1000?  1  tlsmgr\n", "1000?  1  tlsmgr-net\n", StringComparison.Ordinal)
        + $"127.0.0.1:{port} inet n - {_jail} - - smtpd -o max_use=1\n";

    /// <summary>
    /// A host of a pool: <c>smtp</c>, whose processes serve one connection each and ask tlsmgr for each key; the same
    /// with one name in EHLO at all hosts; and <c>submission</c>, whose processes live on and keep copies of the keys.
    /// </summary>
    internal string ForPool() => Common + $"""
        smtp       inet n - {_jail} - - smtpd -o max_use=1
        2525       inet n - {_jail} - - smtpd -o max_use=1 -o myhostname=pool.rig.test
        submission inet n - {_jail} - 1 smtpd

        """;

    internal string ForSender(IEnumerable<Scenario> scenarios) =>
        Common + string.Concat(scenarios.Select(Deliverer)) + Recorded;

    /// <summary>Clients that only recordings need: lmtp(8), and smtp(8) through tlsproxy(8).</summary>
    private string Recorded => $"""
        lmtp-tls   unix - - {_jail} - - lmtp -o max_use=1
        smtp-reuse unix - - {_jail} - - smtp -o max_use=1 -o smtp_tls_connection_reuse=yes

        """;

    // max_use=1: a process serves one connection, so the session that the second one resumes came from tlsmgr.
    private string Listener(Scenario scenario) => $"""
        127.0.0.1:{scenario.Port} inet n - {_jail} - - smtpd
          -o syslog_name=receiver/{scenario.Service} -o max_use=1 -o smtpd_tls_protocols={scenario.Protocol}
          -o tls_ssl_options={(scenario.UsesTickets ? "" : "NO_TICKET")}

        """;

    private string Deliverer(Scenario scenario) =>
        $"{scenario.Service} unix - - {_jail} - - smtp -o syslog_name=sender/{scenario.Service} -o max_use=1\n";
}
