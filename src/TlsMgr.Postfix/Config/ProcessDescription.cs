// What this process knows of itself before it reads main.cf. The executable gathers it; nothing here asks the system.

namespace TlsMgr.Postfix.Config;

/// <summary>The facts about this process that parameters take their values from.</summary>
/// <param name="ConfigDirectory">The directory of main.cf: MAIL_CONFIG of the environment, else /etc/postfix.</param>
/// <param name="HostName">The name of this host, as gethostname(2) tells it.</param>
/// <param name="ProcessName">The name of this program: tlsmgr.</param>
/// <param name="ProcessId">The id of this process.</param>
/// <param name="MasterExecutable">
/// The executable file of master(8); for a daemon that of its parent process, <c>/proc/PPID/exe</c>. It is read when
/// nobody sets mail_version. Null for what master did not start: the master in daemon_directory.
/// </param>
public sealed record ProcessDescription(
    string ConfigDirectory, string HostName, string ProcessName, int ProcessId, string? MasterExecutable)
{
    /// <summary>The path of main.cf.</summary>
    public string MainCfPath => $"{ConfigDirectory}/main.cf";
}
