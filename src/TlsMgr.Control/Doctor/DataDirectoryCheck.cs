using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using TlsMgr.Native.Libc;

namespace TlsMgr.Control.Doctor;

/// <summary>data_directory: whether it exists, belongs to mail_owner alone, and can be written to.</summary>
internal static class DataDirectoryCheck
{
    private const string Name = "data_directory";
    private const int UsableByOwner = 0b011_000_000;
    private const int WritableByOthers = 0b000_010_010;
    private const int MaximumNames = 100;
    private const string State = "/var/lib";

    // What Postfix and tlsmgr create there.
    private static readonly string[] OwnNames =
        ["master.lock", "prng_exch", "ticket_key_seal", "verify_cache", "postscreen_cache"];

    private static readonly string[] OwnEnds = [".lmdb", ".db", ".moved"];

    internal static IEnumerable<Finding> Examine(ExaminedInstallation examined)
    {
        string path = examined.Installation.Postfix.DataDirectory;
        yield return Fault(examined, path) is { } fault
            ? fault with { Causes = fault.Causes | Effects.Data }
            : new(Name, Verdict.Ok, $"{path} belongs to {examined.Owner.Name}");
    }

    /// <summary>The remedy that gives the instance a data_directory of its own.</summary>
    internal static Remedy SetOwn(ExaminedInstallation examined)
    {
        string configuration = Path.GetFileName(
            Path.TrimEndingDirectorySeparator(Path.GetFullPath(examined.Installation.Directory)));
        string path = $"{State}/{configuration}";
        HashSet<string> used =
        [
            examined.Installation.Postfix.DataDirectory,
            .. OtherInstances.Of(examined.Installation).Select(static other => other.Postfix.DataDirectory),
        ];
        string target = Enumerable.Range(1, MaximumNames)
            .Select(number => number == 1 ? path : string.Create(CultureInfo.InvariantCulture, $"{path}-{number}"))
            .First(candidate => !used.Contains(candidate)
                && (FileStatus.OfPath(candidate, out FileStatus status) < 0 || status.Owner == examined.Owner.UserId));
        Remedy set = examined.Remedies.Set(Name, target);
        return set with { Command = $"{Create(examined, target)} && {set.Command}" };
    }

    private static Finding? Fault(ExaminedInstallation examined, string path)
    {
        string owner = examined.Owner.Name;
        string directory = ShellText.Quote(path);
        int result = FileStatus.OfPath(path, out FileStatus status);
        if (result < 0)
        {
            return DoctorPrivileges.FindLimit(Name, path, result) ?? new(
                Name, Verdict.Fault, $"{path}: {Errno.Describe(result)}", result == -Errno.NoEntry
                    ? examined.Remedies.Run(Create(examined, path))
                    : SetOwn(examined));
        }

        if (!status.IsDirectory)
        {
            return new(Name, Verdict.Fault, $"{path} is no directory", examined.Remedies.Run(
                $"mv -T {directory} {ShellText.Quote($"{path}.moved")} && {Create(examined, path)}"));
        }

        if (status.Owner != examined.Owner.UserId)
        {
            return new(
                Name, Verdict.Fault, $"{path} does not belong to {owner}: no cache and no exchange file there",
                IsUsedByPostfixAlone(examined, path)
                    ? examined.Remedies.Run($"chown -R {owner} {directory}")
                    : SetOwn(examined))
            {
                Causes = Effects.Owners,
            };
        }

        return (status.Permissions & WritableByOthers) != 0
            ? new(
                Name, Verdict.Fault, $"{path} can be written to by others than {owner}",
                examined.Remedies.Run($"chmod go-w {directory}"))
            : (status.Permissions & UsableByOwner) != UsableByOwner
                ? new(
                    Name, Verdict.Fault, $"{path} cannot be written to by {owner}: no session can be stored",
                    examined.Remedies.Run($"chmod u=rwx {directory}"))
                : MailOwnerAccess.FindBarrier($"{path}/file", examined.Owner) is { } barrier
                    ? new(
                        Name, Verdict.Fault, $"{path}: {owner} may not enter {barrier}",
                        examined.Remedies.Run($"chmod a+x {ShellText.Quote(barrier)}"))
                    : FileSystemFault.Find(examined, Name, path);
    }

    private static string Create(ExaminedInstallation examined, string path) =>
        $"install -d -m 700 -o {examined.Owner.Name} {ShellText.Quote(path)}";

    /// <summary>Whether everything in the directory is Postfix's: then it may change its owner.</summary>
    private static bool IsUsedByPostfixAlone(ExaminedInstallation examined, string path) =>
        DirectoryListing.Read(path, MaximumNames, out List<string> names) == 0 && names.Count < MaximumNames
        && names.All(name => OwnNames.Contains(name) || name == examined.Installation.Parameters.ControlSocketName
            || OwnEnds.Any(end => name.EndsWith(end, StringComparison.Ordinal)));
}
