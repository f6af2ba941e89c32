using System;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using LightningDB;
using Shouldly;
using TlsMgr.Native.Libc;
using TlsMgr.Native.Lmdb;
using TlsMgr.Sessions;
using Xunit;

namespace TlsMgr.Tests.Sessions;

[UnsupportedOSPlatform("windows")]
public sealed partial class CacheFileTests : IDisposable
{
    private readonly CacheRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData("random bytes", "it is damaged, or not an LMDB file")]
    [InlineData("one byte", "it is damaged, or not an LMDB file")]
    [InlineData("text", "it is damaged, or not an LMDB file")]
    [InlineData("meta page flipped", "it is damaged, or not an LMDB file")]
    [InlineData("root page overwritten", "it is damaged, or not an LMDB file")]
    [InlineData("cut behind its meta pages", "it was cut short")]
    [InlineData("of the version before", "it holds something else than TLS sessions of this version")]
    [InlineData("of others", "it holds something else than TLS sessions of this version")]
    public void A_file_that_is_not_ours_is_emptied_with_one_warning(string kind, string reason)
    {
        File.WriteAllBytes(_rig.File, Create(kind));
        File.SetUnixFileMode(_rig.File, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        _rig.OpenSmtpd().IsAvailable.ShouldBeTrue();

        _rig.Lines.ShouldBe([$"Warning: {_rig.File}: {reason} -- starting with an empty cache"]);
        _rig.StoreTurn("a"u8, "b"u8).ShouldBe(CacheResult.Done);
        _rig.Find("a"u8).ShouldBe("b"u8.ToArray());
    }

    [Fact]
    public void A_file_without_a_database_is_an_empty_one()
    {
        File.WriteAllBytes(_rig.File, Create("without database"));
        File.SetUnixFileMode(_rig.File, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        _rig.OpenSmtpd().IsAvailable.ShouldBeTrue();

        _rig.Lines.ShouldBeEmpty();
        _rig.StoreTurn("a"u8, "b"u8).ShouldBe(CacheResult.Done);
    }

    [Fact]
    public void A_file_without_a_state_is_emptied_with_one_warning()
    {
        File.WriteAllBytes(_rig.File, CreateValid(SessionEntry.DatabaseName));
        File.SetUnixFileMode(_rig.File, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        _rig.OpenSmtpd().IsAvailable.ShouldBeTrue();

        _rig.Lines.ShouldBe(
        [
            $"Warning: {_rig.File}: it lacks the record of how it was left, as a copy by mdb_copy does"
                + " -- starting with an empty cache",
        ]);
        _rig.Find("key-1"u8).ShouldBeNull();
        new FileInfo(_rig.File).Length.ShouldBeLessThan(CreateValid(SessionEntry.DatabaseName).Length);
    }

    [Fact]
    public void A_symbolic_link_is_not_followed()
    {
        string target = Path.Combine(_rig.Root, "target");
        File.WriteAllText(target, "precious");
        File.CreateSymbolicLink(_rig.File, target);

        ShouldBeUnavailable($"open database {_rig.File}: it is a symbolic link, which is not followed");
        File.ReadAllText(target).ShouldBe("precious");
    }

    [Fact]
    public void A_directory_or_pipe_is_refused()
    {
        Directory.CreateDirectory(_rig.File);
        ShouldBeUnavailable($"open database {_rig.File}: Is a directory");

        Directory.Delete(_rig.File);
        MakePipe(_rig.File, 0x180).ShouldBe(0);
        _rig.Lines.Clear();
        ShouldBeUnavailable($"open database {_rig.File}: not a regular file");
    }

    [Theory]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void A_file_that_others_may_write_is_made_anew_in_a_directory_that_is_ours_alone(UnixFileMode mode)
    {
        File.WriteAllText(_rig.File, "theirs");
        File.SetUnixFileMode(_rig.File, UnixFileMode.UserRead | UnixFileMode.UserWrite | mode);

        _rig.OpenSmtpd().IsAvailable.ShouldBeTrue();

        _rig.Lines.ShouldBe(
            [$"Warning: open database {_rig.File}: file is writable by other users -- removed and made anew"]);
        File.GetUnixFileMode(_rig.File).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        _rig.StoreTurn("a"u8, "b"u8).ShouldBe(CacheResult.Done);
    }

    [Fact]
    public void Where_others_may_write_to_the_directory_such_a_file_stays_and_the_cache_is_in_memory()
    {
        File.WriteAllText(_rig.File, "theirs");
        File.SetUnixFileMode(_rig.File, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupWrite);
        File.SetUnixFileMode(_rig.Root, File.GetUnixFileMode(_rig.Root) | UnixFileMode.GroupWrite);

        ShouldBeInMemory($"open database {_rig.File}: file is writable by other users");
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    public void The_mode_of_a_file_that_others_may_read_is_restricted(UnixFileMode mode)
    {
        File.WriteAllBytes(_rig.File, []);
        File.SetUnixFileMode(_rig.File, UnixFileMode.UserRead | UnixFileMode.UserWrite | mode);

        _rig.OpenSmtpd().IsAvailable.ShouldBeTrue();

        _rig.Lines.ShouldBe(
        [
            $"Warning: open database {_rig.File}: file was readable by other users -- changed its mode to 0600",
        ]);
        File.GetUnixFileMode(_rig.File).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public void A_file_of_another_owner_is_not_used()
    {
        // Only root can change the owner of a file; for another user, creating a file in /etc is refused.
        if (UserIdentity.EffectiveUserId == 0)
        {
            File.WriteAllText(_rig.File, "theirs");
            ChangeOwner(_rig.File, 1, 1).ShouldBe(0);
            File.SetUnixFileMode(_rig.Root, File.GetUnixFileMode(_rig.Root) | UnixFileMode.GroupWrite);
            ShouldBeInMemory($"open database {_rig.File}: file is owned by user id 1");
        }
        else
        {
            _rig.Open(new SessionCacheSettings("smtpd", "btree:/etc/tlsmgr-test", 3600, "0"));
            _rig.Smtpd.IsAvailable.ShouldBeFalse();
            _rig.Lines[0].ShouldBe("Error: open database /etc/tlsmgr-test.lmdb: Permission denied");
        }
    }

    [Fact]
    public void A_missing_directory_is_logged_with_the_text_of_Postfix()
    {
        _rig.Open(new SessionCacheSettings("smtpd", $"btree:{_rig.Root}/no/x", 3600, "0"));

        string fault = $"open database {_rig.Root}/no/x.lmdb: No such file or directory";
        _rig.Lines.ShouldBe([$"Error: {fault}", $"Warning: btree:{_rig.Root}/no/x is unavailable. {fault}"]);
    }

    [Fact]
    public void A_cache_works_after_its_file_was_removed()
    {
        _rig.OpenSmtpd();
        File.Delete(_rig.File);

        _rig.StoreTurn("a"u8, "b"u8).ShouldBe(CacheResult.Done);
        _rig.Find("a"u8).ShouldNotBeNull();
    }

    private void ShouldBeUnavailable(string fault)
    {
        _rig.OpenSmtpd().IsAvailable.ShouldBeFalse();
        _rig.Lines.ShouldBe([$"Error: {fault}", $"Warning: btree:{_rig.Root}/smtpd is unavailable. {fault}"]);
    }

    private void ShouldBeInMemory(string reason)
    {
        _rig.OpenSmtpd().IsAvailable.ShouldBeTrue();
        _rig.Lines.ShouldBe(
        [
            $"Warning: btree:{_rig.Root}/smtpd: {reason} -- the smtpd sessions are held in memory, and end with this process",
        ]);
        _rig.StoreTurn("a"u8, "b"u8).ShouldBe(CacheResult.Done);
        _rig.Find("a"u8).ShouldNotBeNull();
        File.ReadAllText(_rig.File).ShouldBe("theirs");
    }

    private byte[] Create(string kind)
    {
        byte[] valid = CreateValid(SessionEntry.DatabaseName);
        switch (kind)
        {
            case "random bytes":
                byte[] random = new byte[20_000];
                new System.Random(1).NextBytes(random);
                return random;
            case "one byte":
                return [0];
            case "text":
                return Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("a mail log line\n", 1000)));
            case "meta page flipped":
                valid[4096 + 17] ^= 1;
                return valid;
            case "root page overwritten":
                valid.AsSpan(8192).Fill(0xa5);
                return valid;
            case "cut behind its meta pages":
                return valid[..8192];
            case "without database":
                return CreateValid(null);
            case "of the version before":
                return CreateValid("tlsmgr-sessions-3");
            default:
                return CreateValid("tlsmgr-sessions-0");
        }
    }

    private byte[] CreateValid(string? databaseName)
    {
        string path = Path.Combine(_rig.Root, "made");
        LmdbEnvironment.Open(path, 1 << 20, out LmdbEnvironment? environment).ShouldBe(MDBResultCode.Success);
        if (databaseName is not null)
        {
            environment!.BeginTransaction(TransactionBeginFlags.None, out LmdbTransaction transaction);
            transaction.OpenDatabase(databaseName, out LmdbDatabase database);
            for (int i = 0; i < 50; i++)
            {
                transaction.Reserve(database, Encoding.ASCII.GetBytes($"ikey-{i}"), 1000, out Span<byte> value);
                value.Clear();
            }

            transaction.Commit().ShouldBe(MDBResultCode.Success);
        }

        environment!.Dispose();
        byte[] bytes = File.ReadAllBytes(path);
        File.Delete(path);
        return bytes;
    }

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakePipe(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "chown", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint user, uint group);
}
