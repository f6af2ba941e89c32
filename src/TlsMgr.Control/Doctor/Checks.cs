// The table of checks, in the order of the report. Must never change anything: doctor only looks.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using TlsMgr.Control.Setup;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control.Doctor;

/// <summary>Runs every check.</summary>
internal static class Checks
{
    private static readonly Func<ExaminedInstallation, IEnumerable<Finding>>[] All =
    [
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

    /// <summary>What is found in an installation.</summary>
    /// <param name="directory">Where main.cf is; null for the usual place.</param>
    /// <param name="log">Takes the warnings that the daemon would log of its configuration.</param>
    /// <exception cref="FatalException">This user cannot see what there is to look at.</exception>
    internal static IEnumerable<Finding> Examine(string? directory, Log log)
    {
        const string Name = "configuration";
        DoctorPrivileges.CheckReads(Installation.Files(directory));
        Installation installation;
        try
        {
            installation = Installation.Load(directory, log);
        }
        catch (FatalException fault)
        {
            return [new(Name, Verdict.Fault, $"tlsmgr does not start: {fault.Message}", "correct that line")];
        }

        DoctorPrivileges.CheckIsEither(installation.Postfix.MailOwner);
        ExaminedInstallation examined = new(installation);
        string files = File.Exists(installation.MasterCf.Path) ? "main.cf and master.cf" : "main.cf";
        return
        [
            new(Name, Verdict.Ok, $"{files} of {installation.Directory} can be read"),
            .. All.SelectMany(check => check(examined)),
        ];
    }
}
