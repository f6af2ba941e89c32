using System.Collections.Generic;
using System.Linq;

namespace TlsMgr.Rig.Doctor;

/// <summary>One breakage of a healthy installation.</summary>
/// <param name="Name">What is broken.</param>
/// <param name="Break">The shell commands that break it; the rig defines their variables.</param>
/// <param name="Fault">The beginning of the only fault: the check, a blank, the text, with variables.</param>
internal sealed record DoctorCase(string Name, string Break, string Fault)
{
    /// <summary>What a person does where doctor prints advice and no command; empty for the command.</summary>
    internal string Mend { get; init; } = "";

    /// <summary>What else has to be undone afterwards.</summary>
    internal string Clean { get; init; } = "";

    /// <summary>Whether the brief form has it: some of each kind.</summary>
    internal bool IsBrief { get; init; }

    /// <summary>A command that fails where this machine cannot be broken like that; empty for none.</summary>
    internal string Requires { get; init; } = "";

    /// <summary>All cases.</summary>
    internal static IEnumerable<DoctorCase> All =>
        ConfigurationCases.All.Concat(EntryCases.All).Concat(FileCases.All).Concat(ProcessCases.All);
}
