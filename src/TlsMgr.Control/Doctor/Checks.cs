using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using TlsMgr.Control.Setup;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control.Doctor;

/// <summary>The table of checks, in the order of the report.</summary>
internal static class Checks
{
    private const string Name = "configuration";

    private static readonly Func<ExaminedInstallation, IEnumerable<Finding>>[] All =
    [
        OwnParameterCheck.Examine,
        ServiceEntryCheck.Examine,
        RunningProgramCheck.Examine,
        ProcessLimitCheck.Examine,
        JailCheck.Examine,
        LogCheck.Examine,
        DataDirectoryCheck.Examine,
        CacheDatabaseCheck.Examine,
        CacheTimeoutCheck.Examine,
        LeftoverFileCheck.Examine,
        EntropySourceCheck.Examine,
        ExchangeFileCheck.Examine,
        TicketKeyCheck.Examine,
        PoolStateCheck.Examine,
        PoolSharingCheck.Examine,
        SharingServiceCheck.Examine,
        SharingStateCheck.Examine,
        ReplyCheck.Examine,
        ServiceSocketCheck.Examine,
        AnnouncementCheck.Examine,
        ControlSocketCheck.Examine,
    ];

    /// <summary>Reads the configuration of an installation, which this user has to be allowed to examine.</summary>
    /// <param name="directory">The directory of main.cf; null for the default.</param>
    /// <param name="log">The destination of warnings about the configuration, as the daemon logs them.</param>
    /// <param name="fault">The fault of the configuration, when the daemon does not start with it.</param>
    /// <exception cref="FatalException">This user cannot read the files of the installation.</exception>
    internal static ExaminedInstallation? Load(string? directory, Log log, out Finding? fault)
    {
        DoctorPrivileges.RequireReadable(Installation.Files(directory));
        fault = null;
        Installation installation;
        try
        {
            installation = Installation.Load(directory, log);
        }
        catch (FatalException failure)
        {
            string postfix = directory is null ? "postfix" : $"postfix -c {ShellText.Quote(directory)}";
            fault = new(
                Name, Verdict.Fault, $"tlsmgr does not start: {failure.Message}",
                Remedy.Advise($"correct that, then {postfix} stop && {postfix} start"));
            return null;
        }

        DoctorPrivileges.RequireRootOr(installation.Postfix.MailOwner);
        return new ExaminedInstallation(installation);
    }

    /// <summary>Runs every check on an installation.</summary>
    internal static IEnumerable<Finding> Examine(ExaminedInstallation examined)
    {
        string files = File.Exists(examined.Installation.MasterCf.Path) ? "main.cf and master.cf" : "main.cf";
        return
        [
            new(Name, Verdict.Ok, $"{files} of {examined.Installation.Directory} can be read"),
            .. CauseAttribution.Apply([.. All.SelectMany(check => check(examined))]),
        ];
    }
}
