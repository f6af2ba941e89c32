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
    private static readonly Func<ExaminedInstallation, IEnumerable<Finding>>[] All =
    [
        OwnParameterCheck.Examine,
        ServiceEntryCheck.Examine,
        ProcessLimitCheck.Examine,
        JailCheck.Examine,
        LogCheck.Examine,
        DataDirectoryCheck.Examine,
        CacheDatabaseCheck.Examine,
        CacheTimeoutCheck.Examine,
        LeftoverFileCheck.Examine,
        EntropySourceCheck.Examine,
        ExchangeFileCheck.Examine,
        AnswerCheck.Examine,
        AnnouncementCheck.Examine,
        ControlSocketCheck.Examine,
    ];

    /// <summary>Runs every check on an installation.</summary>
    /// <param name="directory">The directory of main.cf; null for the default.</param>
    /// <param name="log">The destination of warnings about the configuration, as the daemon logs them.</param>
    /// <exception cref="FatalException">This user cannot read the files of the installation.</exception>
    internal static IEnumerable<Finding> Examine(string? directory, Log log)
    {
        const string Name = "configuration";
        DoctorPrivileges.RequireReadable(Installation.Files(directory));
        Installation installation;
        try
        {
            installation = Installation.Load(directory, log);
        }
        catch (FatalException fault)
        {
            return [new(Name, Verdict.Fault, $"tlsmgr does not start: {fault.Message}", "correct that line")];
        }

        DoctorPrivileges.RequireRootOr(installation.Postfix.MailOwner);
        ExaminedInstallation examined = new(installation);
        string files = File.Exists(installation.MasterCf.Path) ? "main.cf and master.cf" : "main.cf";
        return
        [
            new(Name, Verdict.Ok, $"{files} of {installation.Directory} can be read"),
            .. All.SelectMany(check => check(examined)),
        ];
    }
}
