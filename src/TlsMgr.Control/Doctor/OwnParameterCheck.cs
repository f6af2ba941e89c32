using System.Collections.Generic;
using System.Linq;

namespace TlsMgr.Control.Doctor;

/// <summary>
/// Whether parameters that Postfix does not have are set in main.cf, where its commands report each as unused, rather
/// than in tlsmgr.cf.
/// </summary>
internal static class OwnParameterCheck
{
    private const string Name = "tlsmgr.cf";

    internal static IEnumerable<Finding> Examine(ExaminedInstallation examined)
    {
        Finding[] misplaced = [.. examined.Installation.Store.OwnInMainCf.Select(pair => new Finding(
            Name, Verdict.Note, $"{pair.Key} is set in main.cf, where Postfix's commands warn of it",
            examined.MoveToOwnFile(pair.Key, pair.Value)))];
        return misplaced.Length > 0
            ? misplaced
            : [new(Name, Verdict.Ok, $"own parameters are read from {examined.Installation.Store.OwnFilePath}")];
    }
}
