// Which release of Postfix is served: that of the smtpd(8) which master(8) starts from daemon_directory now. The
// running master may be older, when the programs were upgraded and Postfix was not restarted. Invariant: what is
// announced to clients follows the clients, never the master.

namespace TlsMgr.Postfix.Config;

/// <summary>The release of the installed programs, and where it was found.</summary>
/// <param name="Version">The release; the newest known one when nothing says it.</param>
/// <param name="Origin">Its source, for a log line: <c>from DIRECTORY/smtpd</c>.</param>
/// <param name="Warning">That Postfix was upgraded and not restarted; null when it was not.</param>
public readonly record struct InstalledRelease(MailVersion Version, string Origin, string? Warning)
{
    private const string Client = "smtpd";
    private const string Master = "master";

    /// <summary>Whether a program says it.</summary>
    public bool IsFound { get; private init; } = true;

    /// <summary>Finds the release.</summary>
    /// <param name="daemonDirectory">daemon_directory.</param>
    /// <param name="runningMaster">The executable of the running master(8); null for none.</param>
    public static InstalledRelease Find(string daemonDirectory, string? runningMaster)
    {
        string client = $"{daemonDirectory}/{Client}";
        MailVersion? running = runningMaster is null ? null : MailVersion.FindInExecutable(runningMaster, out _);
        if (MailVersion.FindInExecutable(client, out string reason) is { } found)
        {
            return new InstalledRelease(found, $"from {client}", Compare(found, running));
        }

        // Programs of Debian's 3.11 hold no mail_version; the number is in its master, by itself.
        string master = $"{daemonDirectory}/{Master}";
        if (MailVersion.FindInMaster(master) is { } beside)
        {
            return new InstalledRelease(beside, $"from {master}", Compare(beside, running));
        }

        return running is { } known
            ? new InstalledRelease(known, $"from {runningMaster}", null)
            : new InstalledRelease(MailVersion.Newest, $"by default: {reason}", null) { IsFound = false };
    }

    private static string? Compare(MailVersion installed, MailVersion? running) =>
        running is { } master && master != installed
            ? $"Postfix {installed} is installed, but the running master is of Postfix {master} "
                + "-- stop and start Postfix"
            : null;
}
