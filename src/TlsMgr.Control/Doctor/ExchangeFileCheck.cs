using System.Collections.Generic;
using TlsMgr.Native.Libc;

namespace TlsMgr.Control.Doctor;

/// <summary>
/// tls_random_exchange_name: whether the daemon can save the state of its random generator there, and only mail_owner
/// can write the file.
/// </summary>
internal static class ExchangeFileCheck
{
    private const string Name = "tls_random_exchange_name";
    private const int WritableByOwner = 0b010_000_000;
    private const int WritableByOthers = 0b000_010_010;

    internal static IEnumerable<Finding> Examine(ExaminedInstallation examined)
    {
        string path = examined.Installation.Parameters.RandomExchangeName;
        string remedy = examined.Set(Name, "${data_directory}/prng_exch");
        if (path.Length == 0)
        {
            yield return new(Name, Verdict.Note, "it is empty: the state of the random generator is not saved", remedy);
        }
        else if (Directories.FindFault(Name, path, examined.Owner, remedy) is { } finding)
        {
            yield return finding;
        }
        else if (FaultOf(path, examined.Owner) is { } fault)
        {
            yield return new(
                Name, Verdict.Fault, $"{path} {fault}", "move it away, then postfix reload: tlsmgr creates it");
        }
        else
        {
            yield return new(Name, Verdict.Ok, $"{path} can be written");
        }
    }

    private static string? FaultOf(string path, UserAccount owner)
    {
        int result = FileStatus.OfPath(path, out FileStatus status, followLinks: false);
        return result switch
        {
            -Errno.NoEntry => null,
            < 0 => $"cannot be used: {Errno.Describe(result)}",
            _ when !status.IsRegularFile => "is no regular file",
            _ when status.Owner != owner.UserId => $"does not belong to {owner.Name}",
            _ when (status.Permissions & WritableByOthers) != 0 => $"can be written by others than {owner.Name}",
            _ when (status.Permissions & WritableByOwner) == 0 => $"cannot be written by {owner.Name}",
            _ => null,
        };
    }
}
