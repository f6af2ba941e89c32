// The thief has a host of his own, with a copied state file and a clock that he sets as he likes. What his smtpd
// resumes, his tlsmgr could decrypt.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;

namespace TlsMgr.Rig.Pool;

/// <summary>Checks what a state file opens that was copied in period n.</summary>
internal sealed class PoolTheft(PoolRig rig, CheckReporter reporter, bool isBrief, CancellationToken cancellation)
{
    private const int PeriodsBefore = 3;
    private const int PeriodsLater = 5;
    private static readonly TimeSpan Beginning = TimeSpan.FromSeconds(30);

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly PoolHost _victim = rig.Hosts[0];
    private readonly PoolHost _thief = rig.Add("T", cancellation);

    // Tickets by the period in which they were issued, from n-3 on.
    private readonly List<Ticket[]> _tickets = [];
    private byte[] _early = [];
    private byte[] _stolen = [];

    internal void Run()
    {
        reporter.Run("theft: the state is written once S seconds of a period are over", FindWritingFault);
        reporter.Run("theft: a state of period n opens the tickets of n and n-1", () =>
            FindFault(_stolen, PeriodsBefore, 0, isOpened: true)
            ?? FindFault(_stolen, PeriodsBefore - 1, 0, isOpened: true));
        for (int i = 0; i < PeriodsBefore - 1; i++)
        {
            int before = PeriodsBefore - i;
            int issued = i;
            reporter.Run($"theft: it opens no ticket of n-{before}, wherever the thief sets his clock", () =>
                ThiefClocks(before).Select(clock => FindFault(_stolen, issued, clock, isOpened: false))
                    .FirstOrDefault(static fault => fault is not null));
        }

        reporter.Run("theft: a state of the first S seconds of n opens tickets of n-2 and none of n-3", () =>
            FindFault(_early, 1, -2, isOpened: true) ?? FindFault(_early, 0, -2, isOpened: false)
            ?? FindFault(_early, 0, -PeriodsBefore, isOpened: false));
        reporter.Run("theft: it opens everything later", () =>
        {
            rig.Advance(PeriodsLater * PoolRig.Period);
            return FindFault(_stolen, Take(), 0, isOpened: true);
        });
        reporter.Run("theft: it opens nothing more once the secret is replaced", () =>
        {
            _victim.RequireTool(["pool", "rotate", "--now"], cancellation);
            return FindFault(_stolen, Take(), 0, isOpened: false);
        });
    }

    private IEnumerable<int> ThiefClocks(int before) =>
        isBrief ? [-before] : Enumerable.Range(-PeriodsBefore - 1, PeriodsBefore + 2);

    private string? FindWritingFault()
    {
        for (int i = 0; i < PeriodsBefore; i++)
        {
            rig.AdvanceTo(PoolRig.Period / 2);
            Take();
            rig.AdvanceTo(Beginning);
        }

        long period = _victim.Clock.UnixSeconds / (long)PoolRig.Period.TotalSeconds;
        if (FindStateFault(period - 2) is { } earlyFault)
        {
            return earlyFault;
        }

        _early = File.ReadAllBytes(_victim.StateFile);
        rig.AdvanceTo(PoolRig.Period / 2);
        Take();
        if (FindStateFault(period - 1) is { } fault)
        {
            return fault;
        }

        _stolen = File.ReadAllBytes(_victim.StateFile);
        return null;
    }

    private string? FindStateFault(long oldest)
    {
        // A request wakes the daemon, whose own timers wait by the kernel's clock.
        _ = rig.Client.Take(_victim, TlsVersion.Tls12, cancellation);
        return Deadline.Await(() => _victim.StoredPeriod == oldest, cancellation)
            ? null
            : $"the state begins with period {_victim.StoredPeriod}, and not {oldest}";
    }

    // Returns the index of the period.
    private int Take()
    {
        _tickets.Add([.. Enum.GetValues<TlsVersion>().Select(version =>
            rig.Client.Take(_victim, version, cancellation))]);
        return _tickets.Count - 1;
    }

    private string? FindFault(byte[] state, int issued, int thiefPeriods, bool isOpened)
    {
        if (state.Length == 0)
        {
            return "nothing was copied";
        }

        Steal(state, thiefPeriods * PoolRig.Period);
        List<string> wrong =
        [
            .. _tickets[issued].Where(ticket => rig.Client.Offer(ticket, _thief, cancellation) != isOpened)
                .Select(static ticket => PoolClient.NameOf(ticket.Version)),
        ];
        return wrong.Count == 0
            ? null
            : $"period {issued - PeriodsBefore}, thief's clock {thiefPeriods} periods off:"
                + $" {string.Join(", ", wrong)} {(isOpened ? "refused" : "opened")}";
    }

    private void Steal(byte[] state, TimeSpan ahead)
    {
        if (_thief.Instance.MasterPid is not null && _thief.Instance.Stop(cancellation).Count != 0)
        {
            throw new RigException("T: postfix stop leaves processes");
        }

        _thief.Clock.Ahead = ahead;
        _thief.ConfigurePool();
        File.WriteAllBytes(_thief.StateFile, state);
        File.SetUnixFileMode(_thief.StateFile, OwnerOnly);
        Shell.Require("/bin/chown", [_thief.Instance.MailOwner.Name, _thief.StateFile], cancellation);
        _thief.Start(cancellation);
    }
}
