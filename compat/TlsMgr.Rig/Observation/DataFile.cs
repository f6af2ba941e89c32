using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using TlsMgr.Native.Libc;

namespace TlsMgr.Rig.Observation;

/// <summary>A file of tlsmgr in data_directory: a session cache, or the exchange file of the random pool.</summary>
internal sealed record DataFile(string Name, uint Owner, int Permissions, long SizeBytes, bool IsRegular)
{
    internal const string ExchangeFileName = "prng_exch";

    private const int OwnerOnly = 0x180; // 0600

    internal bool IsCache => Name.Contains("_scache", StringComparison.Ordinal);

    /// <summary>Whether it is a regular file of this owner with mode 0600.</summary>
    internal bool IsPrivateTo(UserAccount owner) => IsRegular && Owner == owner.UserId && Permissions == OwnerOnly;

    /// <summary>The permission bits in octal: <c>0600</c>.</summary>
    internal string Mode => "0" + Convert.ToString(Permissions, 8);

    public override string ToString() => $"{Name} has owner {Owner}, mode {Mode}, {SizeBytes} bytes";

    /// <summary>Caches and exchange file of an instance, sorted by name.</summary>
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
