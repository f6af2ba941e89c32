// Whether Postfix's own tlsmgr has left its caches behind: they hold sessions, and nobody will remove them.

using System.Collections.Generic;
using System.IO;
using TlsMgr.Sessions;

namespace TlsMgr.Control.Doctor;

/// <summary>Cache files of the original.</summary>
internal static class LeftoverFileCheck
{
    private const string Name = "leftover";

    internal static IEnumerable<Finding> Examine(Patient patient)
    {
        if (patient.Installation.Entry?.Command != Patient.CommandName)
        {
            yield break;
        }

        foreach (SessionCacheParameters cache in patient.Caches)
        {
            CacheDatabaseName database = CacheDatabaseCheck.Parse(patient, cache);
            string file = $"{database.Path}.db";
            if (database.IsSupported && File.Exists(file))
            {
                yield return new(
                    Name, Verdict.Note, $"Postfix's own tlsmgr has left its cache {file}, with sessions in it",
                    $"rm {file}");
            }
        }
    }
}
