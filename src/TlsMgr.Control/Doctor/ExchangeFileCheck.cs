// Whether the daemon can keep the state of its generator, in a file that nobody else can have written.

using System.Collections.Generic;
using TlsMgr.Native.Libc;

namespace TlsMgr.Control.Doctor;

/// <summary>tls_random_exchange_name.</summary>
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
            yield return new(Name, Verdict.Note, "it is empty: no state is kept from one run to the next", remedy);
        }
        else if (Directories.FindFault(Name, path, examined.Owner, remedy) is { } finding)
        {
            yield return finding;
        }
        else if (FaultOf(path, examined.Owner) is { } fault)
        {
            yield return new(
                Name, Verdict.Fault, $"{path} {fault}", "move it away, then postfix reload: tlsmgr makes it anew");
        }
        else
        {
            yield return new(Name, Verdict.Ok, $"{path} can be written");
        }
    }

    private static string? FaultOf(string path, UserAccount owner)
    {
        int answer = FileStatus.OfPath(path, out FileStatus status, followLinks: false);
        return answer switch
        {
            -Errno.NoEntry => null,
            < 0 => $"cannot be used: {Errno.Describe(answer)}",
            _ when !status.IsRegularFile => "is no regular file",
            _ when status.Owner != owner.UserId => $"does not belong to {owner.Name}",
            _ when (status.Permissions & WritableByOthers) != 0 => $"can be written by others than {owner.Name}",
            _ when (status.Permissions & WritableByOwner) == 0 => $"cannot be written by {owner.Name}",
            _ => null,
        };
    }
}
