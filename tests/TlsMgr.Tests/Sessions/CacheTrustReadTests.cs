using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Shouldly;
using TlsMgr.Native.Libc;
using TlsMgr.Sessions.Files;
using TlsMgr.Trust;
using Xunit;

namespace TlsMgr.Tests.Sessions;

/// <summary>What tlsmgrctl, as root, opens in a directory of mail_owner.</summary>
[UnsupportedOSPlatform("windows")]
public sealed partial class CacheTrustReadTests : IDisposable
{
    private const int TooManyLinks = 40;

    private readonly CacheRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void The_record_of_a_cache_file_is_read_but_not_through_a_link()
    {
        _rig.OpenSmtpd();
        CacheTrust.Read(_rig.File, out TrustRecord? record).ShouldBe(0);
        record.ShouldNotBeNull();

        string link = Path.Combine(_rig.Root, "link");
        File.CreateSymbolicLink(link, _rig.File);
        CacheTrust.Read(link, out record).ShouldBe(-TooManyLinks);
        record.ShouldBeNull();
    }

    [Fact]
    public void What_is_no_cache_file_has_no_record_and_is_not_waited_for()
    {
        string pipe = Path.Combine(_rig.Root, "pipe");
        MakePipe(pipe, 0x180).ShouldBe(0);
        CacheTrust.Read(pipe, out TrustRecord? record).ShouldBe(0);
        record.ShouldBeNull();

        CacheTrust.Read(Path.Combine(_rig.Root, "missing"), out record).ShouldBe(-Errno.NoEntry);
        record.ShouldBeNull();
    }

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakePipe(string path, uint mode);
}
