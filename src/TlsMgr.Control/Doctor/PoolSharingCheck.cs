using System.Collections.Generic;
using System.Linq;
using TlsMgr.Control.Setup;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Config;

namespace TlsMgr.Control.Doctor;

/// <summary>What beside the secret decides whether the tickets of one host of a pool are good at another one.</summary>
internal static class PoolSharingCheck
{
    private const string Name = "pool";
    private const string Fault = "pool_fault";
    private const string Timeout = "smtpd_tls_session_cache_timeout";
    private const string Cipher = "tls_session_ticket_cipher";

    internal static IEnumerable<Finding> Examine(ExaminedInstallation examined) =>
        !examined.IsOurs || examined.Installation.Parameters.PoolName.Length == 0
            ? []
            : [.. Daemon(examined), .. Clock(), .. Tickets(examined), .. Services(examined)];

    private static IEnumerable<Finding> Daemon(ExaminedInstallation examined)
    {
        string pool = examined.Installation.Parameters.PoolName;
        if (examined.Info is { IsOlder: false } info)
        {
            yield return info[Name] != pool
                ? new(
                    Name, Verdict.Fault, $"the daemon does not know of pool {pool} yet", examined.Remedies.ApplyOnly())
                : info[Fault] is { Length: > 0 } reason
                ? new(Name, Verdict.Fault, $"this host does not share: {reason}",
                    examined.Remedies.ApplyOnly().With("when the cause is removed; see tlsmgrctl pool status"))
                {
                    Observes = Effects.Pool,
                }
                : new(Name, Verdict.Ok, $"the daemon has the ticket keys of pool {pool}");
        }
    }

    private static IEnumerable<Finding> Clock()
    {
        if (ClockSynchronization.IsSynchronized() is { } isSet)
        {
            yield return isSet
                ? new(Name, Verdict.Ok, "the kernel has its time from a time service")
                : new(Name, Verdict.Note, "no time service sets the clock, and hosts of a pool need equal time",
                    Remedy.Advise("run chronyd(8) or systemd-timesyncd(8), in a container: on its host"));
        }
    }

    private static IEnumerable<Finding> Tickets(ExaminedInstallation examined)
    {
        Installation installation = examined.Installation;
        if (installation.Parameters.Smtpd.TimeoutSeconds == 0)
        {
            yield return new(
                Name, Verdict.Fault, $"{Timeout} is 0: there are no tickets", examined.Remedies.Set(Timeout, "3600s"));
        }

        if (SmtpdServices.CipherOf(installation.Store).Length == 0)
        {
            yield return new(
                Name, Verdict.Fault, $"{Cipher} is empty: there are no tickets", examined.Remedies.Reset(Cipher));
        }

        foreach (MasterCfEntry entry in SmtpdServices.WithOtherCipher(installation))
        {
            yield return new(
                Name, Verdict.Note, $"{entry.Service} has a {Cipher} of its own in master.cf: its tickets are good "
                    + "only where the other hosts have the same",
                Remedy.Advise("set it in main.cf instead"));
        }
    }

    private static IEnumerable<Finding> Services(ExaminedInstallation examined)
    {
        Installation installation = examined.Installation;
        MailVersion release = SmtpdServices.ReleaseOf(installation);
        bool bindsTickets = SmtpdServices.BindsTickets(release);
        MasterCfEntry[] named = [.. SmtpdServices.NamedByAddress(installation)];
        foreach (MasterCfEntry entry in named)
        {
            yield return new(
                Name, bindsTickets ? Verdict.Fault : Verdict.Note,
                bindsTickets
                    ? $"the service {entry.Service} is named by its address: its tickets are good nowhere else"
                    : $"the service {entry.Service} is named by its address: from Postfix 3.11.7 on, its tickets are "
                        + "good nowhere else",
                examined.Remedies.SetCommand(entry, $"{entry.Command} -n {CommonName(entry)}")
                    .With("the same name on all hosts"));
        }

        if (named.Length == 0)
        {
            string names = string.Join(", ", SmtpdServices.NamesOf(installation));
            yield return new(Name, Verdict.Ok, bindsTickets
                ? $"tickets of Postfix {release} are good at hosts of 3.11.7 and later with the same services: {names}"
                : $"tickets of Postfix {release} are good at hosts of releases up to 3.11.6");
        }
    }

    /// <summary>The port as the name: that of other hosts is the same.</summary>
    private static string CommonName(MasterCfEntry entry) => entry.Service.Split(':').Last() switch
    {
        "25" => "smtp",
        "465" => "smtps",
        "587" => "submission",
        var port => port,
    };
}
