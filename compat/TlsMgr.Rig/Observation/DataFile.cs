// The files that tlsmgr keeps in data_directory: session caches and the exchange file of its random numbers.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using TlsMgr.Native.Libc;

namespace TlsMgr.Rig.Observation;

/// <summary>A file with its owner, permissions and size.</summary>
internal sealed record DataFile(string Name, uint Owner, int Permissions, long SizeBytes, bool IsRegular)
{
    internal const string ExchangeFileName = "prng_exch";

    private const int OwnerOnly = 0x180; // 0600

    internal bool IsCache => Name.Contains("_scache", StringComparison.Ordinal);

    /// <summary>Whether nobody but the owner can read or change it.</summary>
    internal bool IsPrivateTo(UserAccount owner) => IsRegular && Owner == owner.UserId && Permissions == OwnerOnly;

    /// <summary>The permission bits as people write them: <c>0600</c>.</summary>
    internal string Mode => "0" + Convert.ToString(Permissions, 8);

    public override string ToString() => $"{Name} has owner {Owner}, mode {Mode}, {SizeBytes} bytes";

    /// <summary>Caches and exchange file of an instance, by name.</summary>
    internal static IReadOnlyList<DataFile> Observe(PostfixInstance instance) =>
    [
        .. Directory.EnumerateFiles(instance.DataDirectory)
            .Order(StringComparer.Ordinal)
            .Select(Of)
            .Where(static file => file.IsCache || file.Name == ExchangeFileName),
    ];

    private static DataFile Of(string path)
    {
        _ = FileStatus.OfPath(path, out FileStatus status, followLinks: false);
        return new DataFile(
            Path.GetFileName(path), status.Owner, status.Permissions, status.SizeBytes, status.IsRegularFile);
    }
}
