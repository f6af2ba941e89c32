using System;
using System.Collections.Generic;
using System.Linq;
using TlsMgr.Rig.Observation;

namespace TlsMgr.Rig;

/// <summary>The checks of the evidence, for the verbs run and check.</summary>
internal static class Verdict
{
    private const int ExchangeFileBytes = 1024;

    // Of one check; the rest would repeat the first few.
    private const int FaultsShown = 5;

    /// <summary>The checks of what was observed while both instances ran.</summary>
    internal static IEnumerable<Check> Of(Evidence evidence) =>
        evidence.Daemons.Select(FirstReply)
            .Concat(evidence.Attempts.Select(static attempt => new Check(attempt.Name, attempt.Fault)))
            .Concat(evidence.Daemons.SelectMany(Daemon));

    /// <summary>The checks of an instance's log; evaluate them last.</summary>
    internal static IEnumerable<Check> OfLog(PostfixInstance instance)
    {
        List<LogLine> lines = instance.Log.Read();
        yield return new Check(
            $"{instance.Name}: no program logs a warning", Join(lines.Where(static line => line.IsComplaint)));
        yield return new Check(
            $"{instance.Name}: master throttles nothing",
            Join(lines.Where(static line => line.Text.Contains("throttling", StringComparison.Ordinal))));
    }

    /// <summary>Log lines that are shown but are no failure.</summary>
    internal static IEnumerable<string> Notes(PostfixInstance instance) =>
        instance.Log.Read().Where(static line => line.IsClockWarning).Select(static line => line.ToString());

    private static Check FirstReply(DaemonEvidence daemon)
    {
        string expected = daemon.Instance.Release.Announces ? "announcement and seed" : "a seed and no announcement";
        return new Check($"{daemon.Instance.Name}: first client gets {expected}", daemon.FirstReply.Fault);
    }

    private static IEnumerable<Check> Daemon(DaemonEvidence daemon)
    {
        string name = daemon.Instance.Name;
        string owner = daemon.Instance.MailOwner.Name;
        if (daemon.Process is not DaemonProcess process)
        {
            yield return new Check($"{name}: tlsmgr runs", "no such process");
            yield break;
        }

        yield return new Check(
            $"{name}: tlsmgr has the user, groups and rights of {owner} alone", IdentityFault(daemon, process));
        yield return RootDirectory(daemon.Instance, process);
        yield return new Check(
            $"{name}: tlsmgr holds no unexpected file open",
            Join(process.UnexpectedFiles(daemon.Instance)));
        yield return new Check(
            $"{name}: exchange file has 1024 bytes, mode 0600 and owner {owner}", ExchangeFileFault(daemon));
        foreach (string cache in (string[])["smtpd_scache", "smtp_scache"])
        {
            yield return new Check($"{name}: {cache} has mode 0600 and owner {owner}", CacheFault(daemon, cache));
        }
    }

    private static Check RootDirectory(PostfixInstance instance, DaemonProcess process)
    {
        (string location, string expected) = instance.Release.Jails
            ? ("is jailed in queue_directory", instance.QueueDirectory)
            : ("runs outside a jail", "/");
        return new Check(
            $"{instance.Name}: tlsmgr {location}",
            process.RootDirectory == expected ? null : $"its root is {process.RootDirectory}");
    }

    private static string? IdentityFault(DaemonEvidence daemon, DaemonProcess process)
    {
        uint user = daemon.Instance.MailOwner.UserId;
        uint group = daemon.Instance.MailOwner.GroupId;
        bool isOwner = process.UserIds.Count > 0 && process.UserIds.All(id => id == user)
            && process.GroupIds.All(id => id == group)
            && !process.OtherGroupIds.Contains(0u)
            && process.Capabilities.All(static digit => digit == '0');
        return isOwner
            ? null
            : $"users {string.Join(' ', process.UserIds)}, groups {string.Join(' ', process.GroupIds)}, other groups "
                + $"{string.Join(' ', process.OtherGroupIds)}, capabilities {process.Capabilities}";
    }

    private static string? ExchangeFileFault(DaemonEvidence daemon)
    {
        DataFile? file = daemon.Files.FirstOrDefault(static file => file.Name == DataFile.ExchangeFileName);
        if (file is null)
        {
            return "no such file";
        }

        return file.IsPrivateTo(daemon.Instance.MailOwner) && file.SizeBytes == ExchangeFileBytes
            ? null
            : file.ToString();
    }

    // The suffix differs: .db is Berkeley DB's, .lmdb is LMDB's, which may have a lock file beside it.
    private static string? CacheFault(DaemonEvidence daemon, string cache)
    {
        List<DataFile> files =
            [.. daemon.Files.Where(file => file.Name.StartsWith(cache + ".", StringComparison.Ordinal))];
        return files.Count == 0
            ? "no such file"
            : Join(files.Where(file => !file.IsPrivateTo(daemon.Instance.MailOwner)));
    }

    private static string? Join<T>(IEnumerable<T> faults)
    {
        List<T> all = [.. faults];
        string more = all.Count > FaultsShown ? $" | and {all.Count - FaultsShown} more" : "";
        return all.Count == 0 ? null : string.Join(" | ", all.Take(FaultsShown)) + more;
    }
}
