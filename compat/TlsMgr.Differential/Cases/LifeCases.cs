using System.Collections.Generic;
using System.IO;
using System.Linq;
using TlsMgr.Differential.Drivers;

namespace TlsMgr.Differential.Cases;

/// <summary>Cases of life under master(8): reload, stop, signals, the exchange file, and parameters.</summary>
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
            yield return new SideCase(Group, name, daemon =>
            {
                Begin(daemon);
                daemon.Signal(signal);
                daemon.AwaitEnd();
            });
        }

        yield return new SideCase(Group, "SIGPIPE", daemon =>
        {
            Begin(daemon);
            daemon.Signal(13);
            daemon.Ask(Policy);
        });
        yield return new SideCase(Group, "SIGTERM leaves the exchange file", daemon =>
        {
            Begin(daemon);
            byte[] before = File.ReadAllBytes(daemon.ExchangeFile);
            daemon.Signal(15);
            daemon.AwaitEnd();
            daemon.Note($"exchange file changed: {!before.SequenceEqual(File.ReadAllBytes(daemon.ExchangeFile))}");
        }, "signal-saves");
        yield return new SideCase(Group, "master hangs up", daemon =>
        {
            Begin(daemon);
            byte[] before = File.ReadAllBytes(daemon.ExchangeFile);
            daemon.HangUp();
            daemon.Note($"exchange file changed: {!before.SequenceEqual(File.ReadAllBytes(daemon.ExchangeFile))}");
        });
        yield return new SideCase(Group, "master hangs up while a client is connected", daemon =>
        {
            Begin(daemon);
            using Client client = daemon.Connect();
            client.ReadLists(1, System.TimeSpan.FromSeconds(20));
            daemon.HangUp();
            client.Read(daemon.Quiet);
            daemon.Note(client.IsClosed ? "closed by the daemon" : "left open");
        });
        yield return new SideCase(Group, "a reload", daemon =>
        {
            Begin(daemon);
            daemon.HangUp();
            daemon.StartAgain();
            daemon.Ask(Policy);
        });
        yield return new SideCase(Group, "the first work is reported to master", daemon =>
        {
            Begin(daemon);
            daemon.Ask(Policy);
            daemon.HangUp();
            daemon.NoteStatusMessages();
        }, "status-messages");
        yield return new SideCase(Group, "statistics at the end", daemon =>
        {
            Begin(daemon, "tlsmgr_status_update_time = 600s", "smtpd_tls_session_cache_database = btree:${data_directory}/c");
            daemon.Ask("request|lookup|cache_type|smtpd|cache_id|x||");
        }, "statistics");
    }

    private static IEnumerable<SideCase> ExchangeFile()
    {
        yield return new SideCase(Group, "exchange file is made", daemon =>
        {
            Begin(daemon);
            daemon.NoteFile(daemon.ExchangeFile);
        });
        yield return new SideCase(Group, "exchange file is removed while running", daemon =>
        {
            Begin(daemon, UpdateOften);
            File.Delete(daemon.ExchangeFile);
            daemon.AwaitEnd();
            daemon.StartAgain();
            daemon.Ask(Policy);
            daemon.NoteFile(daemon.ExchangeFile);
        });
        foreach ((string name, int bytes) in (IEnumerable<(string, int)>)[("empty", 0), ("short", 100), ("long", 5000)])
        {
            yield return new SideCase(Group, $"exchange file is {name} before the start", daemon =>
            {
                File.WriteAllBytes(daemon.ExchangeFile, new byte[bytes]);
                File.SetUnixFileMode(daemon.ExchangeFile, OwnerOnly);
                daemon.Directories.Own(daemon.ExchangeFile);
                Begin(daemon);
                daemon.NoteFile(daemon.ExchangeFile);
            });
        }

        yield return new SideCase(Group, "exchange file is owned by root", daemon =>
        {
            File.WriteAllBytes(daemon.ExchangeFile, []);
            File.SetUnixFileMode(daemon.ExchangeFile, OwnerOnly);
            Begin(daemon);
        }, "exchange-file-not-ours");
        yield return new SideCase(Group, "exchange file is a directory", daemon =>
        {
            Directory.CreateDirectory(daemon.ExchangeFile);
            Begin(daemon);
        }, "exchange-file-lost");
        yield return new SideCase(Group, "no exchange file", daemon =>
        {
            Begin(daemon, "tls_random_exchange_name =");
            daemon.NoteFile(daemon.ExchangeFile);
        });
        yield return new SideCase(Group, "exchange file outside data_directory", daemon =>
        {
            string directory = Directory.CreateDirectory(Path.Combine(daemon.Directories.Root, "elsewhere.d")).FullName;
            Begin(daemon, $"tls_random_exchange_name = {directory}/pe");
            daemon.NoteFile(Path.Combine(daemon.Directories.Data, "pe"));
        });
        yield return new SideCase(Group, "data_directory is gone", daemon =>
        {
            daemon.Configure();
            Directory.Delete(daemon.Directories.Data, recursive: true);
            daemon.Start("-u");
            daemon.Ask(Policy);
        }, "control-socket", "exchange-file-lost");
        yield return new SideCase(Group, "data_directory is root's alone", daemon =>
        {
            Directory.Delete(daemon.Directories.Data, recursive: true);
            Directory.CreateDirectory(daemon.Directories.Data, OwnerOnly | UnixFileMode.UserExecute);
            Begin(daemon);
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
            yield return new SideCase(Group, line, daemon =>
            {
                Begin(daemon, line);
                daemon.Ask("request|policy|cache_type|smtp||");
                daemon.Ask("request|policy|cache_type|lmtp||");
            });
        }
    }

    /// <summary>Starts a daemon without root's rights and sends the first request.</summary>
    private static void Begin(DaemonUnderTest daemon, params string[] mainCf)
    {
        daemon.Configure(mainCf);
        daemon.Start("-u");
        daemon.Ask(Policy);
    }
}
