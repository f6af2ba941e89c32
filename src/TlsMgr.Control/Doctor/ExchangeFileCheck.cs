using System.Collections.Generic;
using System.IO;
using TlsMgr.Native.Libc;

namespace TlsMgr.Control.Doctor;

/// <summary>
/// tls_random_exchange_name: whether the daemon can save the state of its random generator there, and only mail_owner
/// can write the file.
/// </summary>
internal static class ExchangeFileCheck
{
    private const string Name = "tls_random_exchange_name";
    private const string Default = "${data_directory}/prng_exch";
    private const string DefaultName = "prng_exch";

    internal static IEnumerable<Finding> Examine(ExaminedInstallation examined)
    {
        string configured = examined.Installation.Parameters.RandomExchangeName;
        Remedy another = examined.Remedies.Set(Name, Default);
        if (configured.Length == 0)
        {
            yield return new(
                Name, Verdict.Note, "it is empty: the state of the random generator is not saved", another);
            yield break;
        }

        string path = examined.Redirect(configured);
        yield return Directories.FindFault(examined, Name, path, another)
            ?? FileFault(examined, path, another)
            ?? Directories.FindRedirection(examined, Name, configured, another)
            ?? new(Name, Verdict.Ok, $"{path} can be written");
    }

    private static Finding? FileFault(ExaminedInstallation examined, string path, Remedy another)
    {
        int result = FileStatus.OfPath(path, out FileStatus status, followLinks: false);
        if (result < 0)
        {
            return result == -Errno.NoEntry ? null : DoctorPrivileges.FindLimit(Name, path, result)
                ?? new(Name, Verdict.Fault, $"{path} cannot be used: {Errno.Describe(result)}", another)
                {
                    Observes = Effects.Directory,
                };
        }

        // Under another than the default name it can be what somebody else needs.
        Finding? fault = OwnedFile.FindFault(examined, Name, path, status);
        return Path.GetFileName(path) == DefaultName || status.IsRegularFile
            ? fault
            : fault is null ? null : fault with { Remedy = another };
    }
}
