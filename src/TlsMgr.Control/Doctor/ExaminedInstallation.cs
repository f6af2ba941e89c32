using System;
using TlsMgr.Control.Client;
using TlsMgr.Control.Setup;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Config;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control.Doctor;

/// <summary>
/// One installation under examination: its configuration, its processes, the replies of its daemon, and the commands
/// that change it. The daemon is asked once, at first use.
/// </summary>
internal sealed class ExaminedInstallation
{
    /// <summary>The name under which TlsMgr is installed beside Postfix's tlsmgr.</summary>
    internal const string CommandName = "tlsmgr-net";

    private readonly Lazy<ServiceProbe> _probe;
    private readonly Lazy<RunningService> _running;
    private readonly Lazy<InfoReply?> _info;
    private readonly Lazy<PoolReply?> _pool;

    /// <summary>Begins an examination.</summary>
    /// <param name="installation">The configuration.</param>
    /// <param name="info">What the daemon reports of itself; null to request it.</param>
    /// <param name="pool">What the daemon reports of its pool; null to request it.</param>
    internal ExaminedInstallation(Installation installation, InfoReply? info = null, PoolReply? pool = null)
    {
        Installation = installation;
        _probe = new(() => ServiceProbe.Run(installation.ServiceSocket));
        _running = new(() => RunningService.Find(installation));
        _info = new(() => info ?? Request(ControlRequests.Info));
        _pool = new(() => pool ?? Request(PoolRequests.Status));
        Remedies = new Remedies(
            installation, () => Probe.Failure is null, () => IsPostfixRunning);
    }

    /// <summary>The configuration.</summary>
    internal Installation Installation { get; }

    /// <summary>The commands that change it.</summary>
    internal Remedies Remedies { get; }

    /// <summary>The replies of the daemon.</summary>
    internal ServiceProbe Probe => _probe.Value;

    /// <summary>The processes.</summary>
    internal RunningService Running => _running.Value;

    /// <summary>Whether Postfix runs: its master(8), or somebody who listens for it.</summary>
    internal bool IsPostfixRunning => Probe.IsConnected || Running.IsMasterRunning;

    /// <summary>What the daemon reports of itself; null when it does not reply on the control socket.</summary>
    internal InfoReply? Info => _info.Value;

    /// <summary>What the daemon reports of its pool; null when it does not, or is an older one.</summary>
    internal PoolReply? Pool => _pool.Value;

    /// <summary>Whether the entry starts TlsMgr; otherwise it starts Postfix's tlsmgr, or there is none.</summary>
    internal bool IsOurs => Installation.Entry?.Command == CommandName;

    /// <summary>The user who has to own the files: mail_owner.</summary>
    internal UserAccount Owner => Installation.Postfix.MailOwner;

    /// <summary>All caches, configured or not.</summary>
    internal SessionCacheParameters[] AllCaches =>
        [Installation.Parameters.Smtpd, Installation.Parameters.Smtp, Installation.Parameters.Lmtp];

    /// <summary>The caches that are configured.</summary>
    internal SessionCacheParameters[] Caches => Array.FindAll(AllCaches, cache => cache.IsWanted);

    /// <summary>
    /// The path that the daemon uses for a configured one: in data_directory where its directory is another user's.
    /// </summary>
    internal string Redirect(string path) => new DataDirectory(Installation.Postfix.DataDirectory, Owner, new Log())
        .Redirect(path.StartsWith('/') ? path : $"{Installation.Postfix.QueueDirectory}/{path}", "");

    /// <summary>Whether a directory is data_directory.</summary>
    internal bool IsDataDirectory(string directory) =>
        FileStatus.OfPath(directory, out FileStatus status) == 0
        && FileStatus.OfPath(Installation.Postfix.DataDirectory, out FileStatus data) == 0
        && status.Identity == data.Identity;

    /// <summary>What a failure of a cache is to other findings.</summary>
    internal static Effects EffectOf(string cacheType) => cacheType switch
    {
        "smtpd" => Effects.Smtpd,
        "smtp" => Effects.Smtp,
        _ => Effects.Lmtp,
    };

    private T? Request<T>(Func<ServiceConnection, T?> request)
        where T : class
    {
        if (Installation.ControlSocket is not { } path || Probe.Failure is not null)
        {
            return null;
        }

        try
        {
            using ServiceConnection control = ServiceConnection.Open(path);
            return request(control);
        }
        catch (NoReplyException)
        {
            // ControlSocketCheck reports it.
            return null;
        }
    }
}
