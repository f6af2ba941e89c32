using System;
using System.IO;
using TlsMgr.Control.Setup;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control.Tests;

/// <summary>A directory with main.cf and master.cf for one test.</summary>
internal sealed class ScratchInstallation : IDisposable
{
    internal const string Entry = "tlsmgr unix - - y 1000? 1 tlsmgr-net";

    private static readonly string[] Necessary =
    [
        "myhostname = mail.example.com", "queue_directory = /queue", "data_directory = /data",
        $"mail_owner = {(UserIdentity.UserId == 0 ? "postfix" : Environment.UserName)}",
    ];

    internal ScratchInstallation(string? masterCf = Entry, params string[] mainCfLines)
    {
        Path = Directory.CreateTempSubdirectory("tlsmgr-control-").FullName;
        File.WriteAllLines(System.IO.Path.Combine(Path, "main.cf"), [.. Necessary, .. mainCfLines]);
        if (masterCf is not null)
        {
            File.WriteAllText(MasterCf, masterCf + "\n");
        }
    }

    internal string Path { get; }

    internal string MasterCf => System.IO.Path.Combine(Path, "master.cf");

    internal Installation Load() => Installation.Load(Path, new Log());

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
