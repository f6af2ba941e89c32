// Debian's Exim cannot be installed beside Postfix: compat/exim.sh unpacks it. It needs a user of its own, which it
// gets in the rig's mount namespace only.

using System;
using System.Globalization;
using System.IO;
using System.Threading;

namespace TlsMgr.Rig.Pool.Clients;

/// <summary>Exim with tls_resumption_hosts; it keeps sessions in its hints database.</summary>
internal sealed class EximClient : IResumingClient
{
    private const string User = "Debian-exim";
    private const string UserId = "65111";

    private static int _clients;

    private readonly string _root;
    private readonly string _directory;

    private EximClient(string root, string directory)
    {
        _root = root;
        _directory = directory;
    }

    /// <summary>Adds the user and the libraries that Exim asks for, in the rig's mount namespace; once.</summary>
    internal static void Prepare(string root, string directory, CancellationToken cancellation)
    {
        string cache = Path.Combine(directory, "ld.so.cache");
        Shell.Require(
            Enclosure.Need("ldconfig", "libc-bin"), ["-C", cache, $"{root}/usr/lib/x86_64-linux-gnu"], cancellation);
        Shell.Require(Enclosure.Need("mount", "mount"), ["--bind", cache, "/etc/ld.so.cache"], cancellation);
        Add("/etc/passwd", $"{User}:x:{UserId}:{UserId}::/nonexistent:/bin/false\n", directory, cancellation);
        Add("/etc/group", $"{User}:x:{UserId}:\n", directory, cancellation);
    }

    /// <summary>A client with an empty database.</summary>
    /// <param name="root">Where Exim is unpacked.</param>
    /// <param name="area">The directory of the run.</param>
    /// <param name="cancellation">Ends the run.</param>
    internal static EximClient Create(string root, string area, CancellationToken cancellation)
    {
        string directory = Path.Combine(area, string.Create(CultureInfo.InvariantCulture, $"exim{++_clients}"));
        WorkArea.CreateOpenDirectory(directory);
        Shell.Require("/bin/chown", [UserId, directory], cancellation);
        return new EximClient(root, directory);
    }

    public void Connect(string address, int port, CancellationToken cancellation)
    {
        string configuration = Path.Combine(_directory, "configuration");
        File.WriteAllText(configuration, $"""
            primary_hostname = exim.rig.test
            exim_path = {_root}/usr/sbin/exim4
            spool_directory = {_directory}/spool
            log_file_path = {_directory}/%slog
            keep_environment =
            tls_advertise_hosts =
            begin routers
            all:
              driver = manualroute
              route_list = * {address}
              transport = out
              self = send
            begin transports
            out:
              driver = smtp
              port = {port}
              hosts_require_tls = *
              tls_resumption_hosts = *
              tls_verify_certificates =
              tls_try_verify_hosts =
            begin retry
            * * F,1h,1m

            """);
        string[] command =
        [
            "-C", configuration, "-odi", "-f", "rig@exim.rig.test", "anyone@elsewhere.test",
        ];
        Shell.Require($"{_root}/usr/sbin/exim4", command, cancellation, "Subject: rig\n\nA message of the rig.\n");
        string log = Path.Combine(_directory, "mainlog");
        string text = File.Exists(log) ? File.ReadAllText(log) : "no log";
        if (!text.Contains(" => anyone@elsewhere.test ", StringComparison.Ordinal))
        {
            throw new RigException($"Exim did not deliver: {text.ReplaceLineEndings(" ")}");
        }
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static void Add(string path, string line, string directory, CancellationToken cancellation)
    {
        string copy = Path.Combine(directory, Path.GetFileName(path));
        File.WriteAllText(copy, File.ReadAllText(path) + line);
        Shell.Require(Enclosure.Need("mount", "mount"), ["--bind", copy, path], cancellation);
    }
}
