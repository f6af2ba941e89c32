// The directories of a daemon under test: config, queue and data in one temporary tree that is removed at the end. As root
// the tree belongs to a user without privileges, otherwise to whoever runs the test.

using System;
using System.IO;
using System.Runtime.InteropServices;
using TlsMgr.Native.Libc;

namespace TlsMgr.Testing;

/// <summary>A temporary installation: main.cf, queue_directory, data_directory.</summary>
public sealed partial class DaemonDirectories : IDisposable
{
    private const string StatusUpdateTime = "tlsmgr_status_update_time = ";
    private const UnixFileMode Traversable = (UnixFileMode)0b111_101_101;

    /// <summary>Makes the tree with a main.cf that has these lines behind the necessary ones.</summary>
    public DaemonDirectories(params string[] mainCfLines)
        : this(Directory.CreateTempSubdirectory("tlsmgr-test-"), mainCfLines)
    {
    }

    /// <summary>Makes the tree in a directory that is there for nothing else.</summary>
    public DaemonDirectories(DirectoryInfo root, string[] mainCfLines)
    {
        Root = root.FullName;
        File.SetUnixFileMode(Root, Traversable);
        Owner = UserIdentity.UserId == 0 ? "postfix" : Environment.UserName;
        foreach (string name in new[] { "config", "queue", "queue/public", "queue/private", "data" })
        {
            File.SetUnixFileMode(Directory.CreateDirectory(Path.Combine(Root, name)).FullName, Traversable);
        }

        Own(Data);
        WriteMainCf(mainCfLines);
    }

    public string Root { get; }

    /// <summary>mail_owner.</summary>
    public string Owner { get; }

    public string Config => Path.Combine(Root, "config");

    public string Queue => Path.Combine(Root, "queue");

    public string Data => Path.Combine(Root, "data");

    /// <summary>Where the daemon's log records arrive.</summary>
    public string PostlogSocket => Path.Combine(Queue, "public", "postlog");

    /// <summary>Where the daemon's service socket is.</summary>
    public string ServiceSocket => Path.Combine(Queue, "private", "tlsmgr");

    /// <summary>
    /// Writes main.cf anew, with these lines behind the necessary ones. There are no statistics in the log unless a line
    /// asks for them.
    /// </summary>
    public void WriteMainCf(params string[] lines) => File.WriteAllLines(Path.Combine(Config, "main.cf"),
        [
            $"queue_directory = {Queue}", $"data_directory = {Data}", $"mail_owner = {Owner}",
            "myhostname = mail.example.com", "maillog_file = /var/log/x", "compatibility_level = 3.6",
            "inet_interfaces = 127.0.0.1",
            .. Array.Exists(lines, IsStatusUpdateTime) ? Array.Empty<string>() : [StatusUpdateTime + "0"], .. lines,
        ]);

    /// <summary>Gives a file or directory to <see cref="Owner"/>.</summary>
    public void Own(string path)
    {
        if (UserIdentity.UserId == 0)
        {
            UserAccount owner = UserIdentity.FindUser(Owner) ?? throw new IOException($"no user {Owner}");
            ChangeOwner(path, owner.UserId, owner.GroupId);
        }
    }

    private static bool IsStatusUpdateTime(string line) => line.StartsWith(StatusUpdateTime, StringComparison.Ordinal);

    public void Dispose() => Directory.Delete(Root, recursive: true);

    [LibraryImport("libc", EntryPoint = "chown", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint user, uint group);
}
