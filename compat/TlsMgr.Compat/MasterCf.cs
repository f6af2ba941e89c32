// master.cf of the two instances: the services that a delivery needs, each as in Debian's own file; tlsmgr above all.

using System.Collections.Generic;
using System.Linq;
using TlsMgr.Compat.Scenarios;

namespace TlsMgr.Compat;

/// <summary>Writes master.cf.</summary>
internal static class MasterCf
{
    // service type private unpriv chroot wakeup maxproc command
    private const string Common = """
        pickup  unix  n  -  y  60     1  pickup
        cleanup unix  n  -  y  -      0  cleanup
        qmgr    unix  n  -  n  300    1  qmgr
        tlsmgr  unix  -  -  y  1000?  1  tlsmgr
        rewrite unix  -  -  y  -      -  trivial-rewrite
        bounce  unix  -  -  y  -      0  bounce
        defer   unix  -  -  y  -      0  bounce
        trace   unix  -  -  y  -      0  bounce
        flush   unix  n  -  y  1000?  0  flush
        proxymap unix -  -  n  -      -  proxymap
        showq   unix  n  -  y  -      -  showq
        error   unix  -  -  y  -      -  error
        retry   unix  -  -  y  -      -  error
        discard unix  -  -  y  -      -  discard
        anvil   unix  -  -  y  -      1  anvil
        scache  unix  -  -  y  -      1  scache
        tlsproxy unix -  -  y  -      0  tlsproxy
        postlog unix-dgram n -  n  -  1  postlogd

        """;

    internal static string ForReceiver(IEnumerable<Scenario> scenarios) =>
        Common + string.Concat(scenarios.Select(Listener));

    internal static string ForSender(IEnumerable<Scenario> scenarios) =>
        Common + string.Concat(scenarios.Select(Deliverer)) + Recorded;

    /// <summary>Clients that the checks do not need and recordings do: lmtp(8), and smtp(8) through tlsproxy(8).</summary>
    private const string Recorded = """
        lmtp-tls   unix - - y - - lmtp -o max_use=1
        smtp-reuse unix - - y - - smtp -o max_use=1 -o smtp_tls_connection_reuse=yes

        """;

    // max_use=1: a process serves one connection. What the second one resumes came through tlsmgr, not from memory.
    private static string Listener(Scenario scenario) => $"""
        127.0.0.1:{scenario.Port} inet n - y - - smtpd
          -o syslog_name=receiver/{scenario.Service} -o max_use=1 -o smtpd_tls_protocols={scenario.Protocol}
          -o tls_ssl_options={(scenario.UsesTickets ? "" : "NO_TICKET")}

        """;

    private static string Deliverer(Scenario scenario) =>
        $"{scenario.Service} unix - - y - - smtp -o syslog_name=sender/{scenario.Service} -o max_use=1\n";
}
