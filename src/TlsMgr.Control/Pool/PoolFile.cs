using System;
using TlsMgr.Control.Setup;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Logging;
using TlsMgr.Tickets.Pool;

namespace TlsMgr.Control.Pool;

/// <summary>The state file of an installation, with its pool parameters.</summary>
/// <param name="installation">The installation.</param>
internal sealed class PoolFile(Installation installation)
{
    private const uint Root = 0;

    /// <summary>The path of the file.</summary>
    internal string Path => installation.Parameters.PoolStateFile;

    /// <summary>The pool that the daemon is configured for; empty for none.</summary>
    internal string ConfiguredName => installation.Parameters.PoolName;

    /// <summary>The installation.</summary>
    internal Installation Installation => installation;

    private UserAccount Owner => installation.Postfix.MailOwner;

    /// <summary>The periods of a pool with the configured difference of clocks.</summary>
    internal PoolPeriods PeriodsOf(int periodSeconds) =>
        new(periodSeconds, installation.Parameters.PoolClockSkewSeconds);

    /// <summary>The length of a period of a new pool: half of the session timeout, 600 s or more.</summary>
    internal int NewPeriodSeconds => int.Clamp(
        installation.Parameters.Smtpd.EffectiveTimeoutSeconds / 2, PoolLimits.MinimumPeriodSeconds,
        PoolLimits.MaximumPeriodSeconds);

    /// <summary>Both clocks, now.</summary>
    internal static PoolClockMark Now(TimeProvider clock) => PoolClockMark.Of(
        clock.GetUtcNow().ToUnixTimeSeconds(), BootIdentity.ReadSeconds(), BootIdentity.Read());

    /// <summary>Reads the state.</summary>
    /// <param name="fault">Why there is none; empty when there is one.</param>
    internal PoolState? Read(out string fault)
    {
        using PoolStateFile? file = PoolStateFile.Open(Path, out fault, Owner.UserId);
        return file?.Read(out fault);
    }

    /// <summary>Checks that this user may write the file, which holds a secret.</summary>
    /// <exception cref="FatalException">It is neither root nor mail_owner.</exception>
    internal void RequireOwner()
    {
        uint user = UserIdentity.EffectiveUserId;
        if (user != Root && user != Owner.UserId)
        {
            throw new FatalException($"only root and {Owner.Name} may use the secret of a pool");
        }
    }

    /// <summary>Makes the file with a state, in place of one that is there.</summary>
    /// <exception cref="FatalException">It cannot be made.</exception>
    internal void Create(PoolState state)
    {
        if (PoolStateFile.Create(Path, state, Owner.UserId, Owner.GroupId) is { } fault)
        {
            throw new FatalException($"the state of pool {state.Name} cannot be written: {fault}");
        }
    }

    /// <summary>Changes the file in place, so that no older secret stays in it.</summary>
    /// <param name="change">Returns 0 or more, or the negative of an <see cref="Errno"/>.</param>
    /// <exception cref="FatalException">It cannot be opened or changed.</exception>
    internal void Change(Func<PoolStateFile, int> change)
    {
        using PoolStateFile file = PoolStateFile.Open(Path, out string fault, Owner.UserId)
            ?? throw new FatalException($"{Path}: {fault}");
        int result = change(file);
        if (result < 0)
        {
            throw new FatalException($"write {Path}: {Errno.Describe(result)}");
        }
    }
}
