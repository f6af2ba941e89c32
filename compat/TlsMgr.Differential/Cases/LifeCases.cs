// Life under master(8): reload, stop, signals, and the files that a daemon lives from.

using System.Collections.Generic;
using System.IO;
using System.Linq;
using TlsMgr.Differential.Drivers;

namespace TlsMgr.Differential.Cases;

/// <summary>The cases of a daemon's life.</summary>
internal static class LifeCases
{
    private const string Group = "life";
    private const string Policy = "request|policy|cache_type|smtpd||";
    private const string UpdateOften = "tls_random_prng_update_period = 1s";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    internal static IEnumerable<SideCase> All() => Ends().Concat(ExchangeFile()).Concat(Parameters());

    private static IEnumerable<SideCase> Ends()
    {
        (string Name, int Signal)[] signals = [("SIGTERM", 15), ("SIGHUP", 1), ("SIGINT", 2), ("SIGUSR1", 10), ("SIGQUIT", 3), ("SIGKILL", 9)];
        foreach ((string name, int signal) in signals)
        {
            yield return new SideCase(Group, name, stage =>
            {
                Begin(stage);
                stage.Signal(signal);
                stage.AwaitEnd();
            });
        }

        yield return new SideCase(Group, "SIGPIPE", stage =>
        {
            Begin(stage);
            stage.Signal(13);
            stage.Ask(Policy);
        });
        yield return new SideCase(Group, "SIGTERM leaves the exchange file", stage =>
        {
            Begin(stage);
            byte[] before = File.ReadAllBytes(stage.ExchangeFile);
            stage.Signal(15);
            stage.AwaitEnd();
            stage.Note($"exchange file changed: {!before.SequenceEqual(File.ReadAllBytes(stage.ExchangeFile))}");
        }, "signal-saves");
        yield return new SideCase(Group, "master hangs up", stage =>
        {
            Begin(stage);
            byte[] before = File.ReadAllBytes(stage.ExchangeFile);
            stage.HangUp();
            stage.Note($"exchange file changed: {!before.SequenceEqual(File.ReadAllBytes(stage.ExchangeFile))}");
        });
        yield return new SideCase(Group, "master hangs up while a client is connected", stage =>
        {
            Begin(stage);
            using Client client = stage.Connect();
            client.ReadLists(1, System.TimeSpan.FromSeconds(20));
            stage.HangUp();
            client.Read(stage.Quiet);
            stage.Note(client.IsClosed ? "closed by the daemon" : "left open");
        });
        yield return new SideCase(Group, "a reload", stage =>
        {
            Begin(stage);
            stage.HangUp();
            stage.StartAgain();
            stage.Ask(Policy);
        });
        yield return new SideCase(Group, "the first work is reported to master", stage =>
        {
            Begin(stage);
            stage.Ask(Policy);
            stage.HangUp();
            stage.NoteStatusMessages();
        }, "status-messages");
        yield return new SideCase(Group, "statistics at the end", stage =>
        {
            Begin(stage, "tlsmgr_status_update_time = 600s", "smtpd_tls_session_cache_database = btree:${data_directory}/c");
            stage.Ask("request|lookup|cache_type|smtpd|cache_id|x||");
        }, "statistics");
    }

    private static IEnumerable<SideCase> ExchangeFile()
    {
        yield return new SideCase(Group, "exchange file is made", stage =>
        {
            Begin(stage);
            stage.NoteFile(stage.ExchangeFile);
        });
        yield return new SideCase(Group, "exchange file is removed while running", stage =>
        {
            Begin(stage, UpdateOften);
            File.Delete(stage.ExchangeFile);
            stage.AwaitEnd();
            stage.StartAgain();
            stage.Ask(Policy);
            stage.NoteFile(stage.ExchangeFile);
        });
        foreach ((string name, int bytes) in (IEnumerable<(string, int)>)[("empty", 0), ("short", 100), ("long", 5000)])
        {
            yield return new SideCase(Group, $"exchange file is {name} before the start", stage =>
            {
                File.WriteAllBytes(stage.ExchangeFile, new byte[bytes]);
                File.SetUnixFileMode(stage.ExchangeFile, OwnerOnly);
                stage.Directories.Own(stage.ExchangeFile);
                Begin(stage);
                stage.NoteFile(stage.ExchangeFile);
            });
        }

        yield return new SideCase(Group, "exchange file is owned by root", stage =>
        {
            File.WriteAllBytes(stage.ExchangeFile, []);
            File.SetUnixFileMode(stage.ExchangeFile, OwnerOnly);
            Begin(stage);
        }, "exchange-file-lost");
        yield return new SideCase(Group, "exchange file is a directory", stage =>
        {
            Directory.CreateDirectory(stage.ExchangeFile);
            Begin(stage);
        }, "exchange-file-lost");
        yield return new SideCase(Group, "no exchange file", stage =>
        {
            Begin(stage, "tls_random_exchange_name =");
            stage.NoteFile(stage.ExchangeFile);
        });
        yield return new SideCase(Group, "exchange file outside data_directory", stage =>
        {
            string directory = Directory.CreateDirectory(Path.Combine(stage.Directories.Root, "elsewhere.d")).FullName;
            Begin(stage, $"tls_random_exchange_name = {directory}/pe");
            stage.NoteFile(Path.Combine(stage.Directories.Data, "pe"));
        });
        yield return new SideCase(Group, "data_directory is gone", stage =>
        {
            stage.Configure();
            Directory.Delete(stage.Directories.Data, recursive: true);
            stage.Start("-u");
            stage.Ask(Policy);
        }, "control-socket", "exchange-file-lost");
        yield return new SideCase(Group, "data_directory is root's alone", stage =>
        {
            Directory.Delete(stage.Directories.Data, recursive: true);
            Directory.CreateDirectory(stage.Directories.Data, OwnerOnly | UnixFileMode.UserExecute);
            Begin(stage);
        }, "control-socket", "exchange-file-lost");
    }

    private static IEnumerable<SideCase> Parameters()
    {
        foreach (string line in (string[])
        [
            "tls_random_bytes = 0", "tls_random_bytes = 99999", "tls_random_bytes = x", "tls_random_reseed_period = 0",
            "tls_random_reseed_period = 99999999", "tls_random_prng_update_period = 0", "smtpd_tls_loglevel = bogus",
            "smtpd_tls_loglevel = cache", "smtpd_tls_loglevel = 5", "ipc_timeout = 0",
            "smtpd_tls_session_cache_timeout = -1", "smtpd_tls_session_cache_timeout = 1s",
            "smtpd_tls_session_cache_timeout = 119", "smtpd_tls_session_cache_timeout = 121",
            "smtpd_tls_session_cache_timeout = 8640000", "smtpd_tls_session_cache_timeout = 8640001",
            "smtpd_tls_session_cache_timeout = 99999999999", "smtpd_tls_session_cache_timeout = 1x",
            "smtpd_tls_session_cache_timeout = bogus", "smtp_tls_session_cache_timeout = 1w",
            "lmtp_tls_session_cache_timeout = 2d",
        ])
        {
            yield return new SideCase(Group, line, stage =>
            {
                Begin(stage, line);
                stage.Ask("request|policy|cache_type|smtp||");
                stage.Ask("request|policy|cache_type|lmtp||");
            });
        }
    }

    /// <summary>A daemon without root's rights, serving.</summary>
    private static void Begin(DaemonUnderTest stage, params string[] mainCf)
    {
        stage.Configure(mainCf);
        stage.Start("-u");
        stage.Ask(Policy);
    }
}
