using System;
using System.IO;
using TlsMgr.Control.Client;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Logging;
using TlsMgr.Tickets.Pool;

namespace TlsMgr.Control.Pool;

/// <summary>
/// Changes a pool: through the daemon, which has the state in memory, and through the state file when none runs.
/// </summary>
/// <param name="file">The state file.</param>
/// <param name="clock">The time of day.</param>
internal sealed class PoolChanges(PoolFile file, TimeProvider clock)
{
    private const string Older = "the daemon is older than this program, or cannot write the state: postfix reload";

    /// <summary>Makes a new generation; returns whether it was made.</summary>
    /// <param name="connection">The daemon; null when none runs.</param>
    /// <param name="delaySeconds">When it encrypts; null for at once, which erases all others.</param>
    /// <param name="output">The destination of the outcome.</param>
    internal bool Rotate(ServiceConnection? connection, int? delaySeconds, TextWriter output)
    {
        PoolChange change = connection is null ? RotateFile(delaySeconds)
            : delaySeconds is { } delay ? PoolRequests.Rotate(connection, delay)
            : PoolRequests.Revoke(connection);
        output.WriteLine(change switch
        {
            { Status: 0 } when delaySeconds is null =>
                $"generation {change.Generation} is in force, and every older one is erased; on each other host the\n"
                + "old one is in force until it has joined: tlsmgrctl pool export | ssh HOST tlsmgrctl pool join -",
            { Status: 0 } => $"generation {change.Generation} follows at {PoolText.Time(change.AtSeconds)}; until "
                + "then, for each other host:\ntlsmgrctl pool export | ssh HOST tlsmgrctl pool join -",
            { Status: -1 } when delaySeconds is null => "nothing was changed: the daemon has no pool",
            { Status: -1 } => "nothing was changed: there is no pool, or a rotation is not over",
            _ => $"nothing was changed: {Older}",
        });
        if (change.Status == 0 && delaySeconds is null)
        {
            output.WriteLine("smtpd processes have copies of the old keys; on every host: postfix reload");
        }

        return change.Status == 0;
    }

    /// <summary>Erases the secret of this host; returns whether it was erased.</summary>
    /// <param name="connection">The daemon; null when none runs.</param>
    /// <param name="output">The destination of the outcome.</param>
    internal bool Leave(ServiceConnection? connection, TextWriter output)
    {
        int status = connection is null ? -1 : PoolRequests.Leave(connection);

        // A daemon without a pool does not have the file open, and one that was not reloaded since a join an older one.
        if (status is 0 or -1 && FileStatus.OfPath(file.Path, out FileStatus found, followLinks: false) == 0
            && found.SizeBytes > 0)
        {
            file.Change(static state => state.Erase());
            status = 0;
        }

        if (status == 0)
        {
            WriteLeft(output);
            return true;
        }

        output.WriteLine(status == -1
            ? "this host is in no pool"
            : $"the stored secret was not erased: {Older}, or postfix stop, and leave again");
        return false;
    }

    private PoolChange RotateFile(int? delaySeconds)
    {
        file.RequireOwner();
        using PoolState? state = file.Read(out string fault);
        if (state is null)
        {
            throw new FatalException($"there is no pool: {file.Path}: {fault}");
        }

        PoolPeriods periods = file.PeriodsOf(state.PeriodSeconds);
        long now = clock.GetUtcNow().ToUnixTimeSeconds();
        string clockFault = PoolClockFault.Find(state, periods, now);
        if (delaySeconds is not null && clockFault.Length > 0)
        {
            throw new FatalException($"nothing was changed: {clockFault}");
        }

        // Under a clock that is years off the new secret begins where the old one is.
        long oldest = clockFault.Length > 0 ? state.Newest.Period : periods.OldestAt(now);
        if (delaySeconds is not null && state.Chains.Count > 1 && state.Newest.From > oldest)
        {
            return new PoolChange(-1);
        }

        long from = delaySeconds is { } delay ? periods.FirstAfter(now + delay) : oldest;
        PoolChain chain = PoolChain.Make(state.Newest.Generation + 1, oldest, from)
            ?? throw new FatalException("the kernel gives no random bytes");
        state.Begin(chain, isAlone: delaySeconds is null);
        file.Change(open => open.Write(state));
        return new PoolChange(0, chain.Generation, delaySeconds is null ? 0 : periods.FirstSecond(from));
    }

    private void WriteLeft(TextWriter output)
    {
        output.WriteLine("the secret of the pool is erased here; ticket keys are random from now on");
        output.WriteLine(string.Join('\n', PoolText.StepsAfterLeaving(file)));
    }
}
