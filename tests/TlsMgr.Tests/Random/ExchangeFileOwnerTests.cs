using System;
using System.IO;
using System.Runtime.InteropServices;
using Shouldly;
using TlsMgr.Native.Libc;
using Xunit;

namespace TlsMgr.Tests.Random;

/// <summary>Whose exchange file is used.</summary>
public sealed partial class ExchangeFileOwnerTests : IDisposable
{
    private readonly RandomRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void A_file_of_another_owner_is_refused()
    {
        // Only root can change the owner of a file; another user cannot open root's.
        string path = "/etc/shadow";
        string reason = "Permission denied";
        if (UserIdentity.EffectiveUserId == 0)
        {
            path = _rig.PathOf("prng_exch");
            reason = "it belongs to another user";
            File.WriteAllText(path, "theirs");
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            ChangeOwner(path, 1, 1).ShouldBe(0);

            // Where the directory is ours alone, the file would be made anew.
            string directory = Path.GetDirectoryName(path)!;
            File.SetUnixFileMode(directory, File.GetUnixFileMode(directory) | UnixFileMode.OtherWrite);
        }

        _rig.Configure(exchangeFile: path);
        _rig.Maintenance.OpenExchangeFile();
        _rig.Maintenance.Start();

        _rig.NewLines.ShouldBe(
            [$"warning: tls_prng_exch_open: cannot open PRNG exchange file {path}: {reason}"]);
        if (UserIdentity.EffectiveUserId == 0)
        {
            File.ReadAllText(path).ShouldBe("theirs");
        }
    }

    [LibraryImport("libc", EntryPoint = "chown", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint user, uint group);
}
