// When root runs the test, the data belongs to the user postfix, otherwise to the user that runs the test.

using System;
using System.IO;
using System.Runtime.InteropServices;
using TlsMgr.Native.Libc;

namespace TlsMgr.Testing;

/// <summary>
/// A temporary installation of a daemon under test: main.cf, tlsmgr.cf, queue_directory, data_directory.
/// </summary>
public sealed partial class DaemonDirectories : IDisposable
{
    private const UnixFileMode Traversable = (UnixFileMode)0b111_101_101;

    /// <summary>Creates a temporary tree whose main.cf has the required lines, then these.</summary>
    public DaemonDirectories(params string[] mainCfLines)
        : this(Directory.CreateTempSubdirectory("tlsmgr-test-"), mainCfLines)
    {
    }

    /// <summary>Creates the tree in a directory that is used for nothing else.</summary>
    /// <param name="root">The directory.</param>
    /// <param name="mainCfLines">More lines of main.cf.</param>
    /// <param name="owner">mail_owner when root runs the test; null for the user postfix.</param>
    public DaemonDirectories(DirectoryInfo root, string[] mainCfLines, string? owner = null)
    {
        Root = root.FullName;
        File.SetUnixFileMode(Root, Traversable);
        Owner = UserIdentity.UserId == 0 ? owner ?? "postfix" : Environment.UserName;
        foreach (string name in new[] { "config", "queue", "queue/public", "queue/private", "data" })
        {
            File.SetUnixFileMode(Directory.CreateDirectory(Path.Combine(Root, name)).FullName, Traversable);
        }

        Own(Data);
        WriteMainCf(mainCfLines);

        // No statistics, unless a line of main.cf sets it.
        File.WriteAllText(Path.Combine(Config, "tlsmgr.cf"), "tlsmgr_status_update_time = 0\n");
    }

    public string Root { get; }

    /// <summary>mail_owner.</summary>
    public string Owner { get; }

    public string Config => Path.Combine(Root, "config");

    public string Queue => Path.Combine(Root, "queue");

    public string Data => Path.Combine(Root, "data");

    /// <summary>The path of the socket that receives log records.</summary>
    public string PostlogSocket => Path.Combine(Queue, "public", "postlog");

    /// <summary>The path of the service socket.</summary>
    public string ServiceSocket => Path.Combine(Queue, "private", Program);

    /// <summary>The name of the daemon and of its socket.</summary>
    public string Program { get; init; } = "tlsmgr";

    /// <summary>Replaces main.cf: the required lines, then these.</summary>
    public void WriteMainCf(params string[] lines) => File.WriteAllLines(Path.Combine(Config, "main.cf"),
        [
            $"queue_directory = {Queue}", $"data_directory = {Data}", $"mail_owner = {Owner}",
            "myhostname = mail.example.com", "maillog_file = /var/log/x", "compatibility_level = 3.6",
            "inet_interfaces = 127.0.0.1", .. lines,
        ]);

    /// <summary>Changes the owner of a file or directory to <see cref="Owner"/>, when root runs the test.</summary>
    public void Own(string path)
    {
        if (UserIdentity.UserId == 0)
        {
            UserAccount owner = UserIdentity.FindUser(Owner) ?? throw new IOException($"no user {Owner}");
            ChangeOwner(path, owner.UserId, owner.GroupId);
        }
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    [LibraryImport("libc", EntryPoint = "chown", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint user, uint group);
}
