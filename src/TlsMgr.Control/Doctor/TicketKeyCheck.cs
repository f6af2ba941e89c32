using System;
using System.Collections.Generic;
using TlsMgr.Native.Libc;

namespace TlsMgr.Control.Doctor;

/// <summary>Whether the next daemon will have the ticket keys of this one, and the file that seals them.</summary>
internal static class TicketKeyCheck
{
    private const string Name = "ticket-keys";
    private const string Kept = "ticket_keys_kept";
    private const string SealName = "ticket_key_seal";
    private const string OffPrefix = "off: ";

    internal static IEnumerable<Finding> Examine(ExaminedInstallation examined)
    {
        if (!examined.IsOurs || examined.Info?[Kept] is not { Length: > 0 } state)
        {
            yield break;
        }

        yield return !state.StartsWith(OffPrefix, StringComparison.Ordinal)
            ? new(Name, Verdict.Ok, "ticket keys outlive the daemon")
            : FileFault(examined)
                ?? new(Name, Verdict.Ok, $"ticket keys end with the daemon: {state[OffPrefix.Length..]}");
    }

    private static Finding? FileFault(ExaminedInstallation examined)
    {
        string path = $"{examined.Installation.Postfix.DataDirectory}/{SealName}";
        return examined.Installation.Parameters.KeepsTicketKeys
            && FileStatus.OfPath(path, out FileStatus status, followLinks: false) == 0
            ? OwnedFile.FindFault(examined, Name, path, status, "ticket keys end with the daemon: ")
            : null;
    }
}
