namespace TlsMgr.Postfix.Config;

/// <summary>
/// Facts about this process that parameters take their values from. The executable collects them before main.cf is
/// read.
/// </summary>
/// <param name="ConfigDirectory">The directory of main.cf: MAIL_CONFIG of the environment, else /etc/postfix.</param>
/// <param name="HostName">The name of this host (gethostname(2)).</param>
/// <param name="ProcessName">The name of this program: tlsmgr.</param>
/// <param name="ProcessId">The id of this process.</param>
/// <param name="MasterExecutable">
/// The executable file of the running master(8): for a daemon that of its parent process, <c>/proc/PPID/exe</c>. Its
/// release is compared with that of the installed programs. Null for a program that master did not start.
/// </param>
public sealed record ProcessDescription(
    string ConfigDirectory, string HostName, string ProcessName, int ProcessId, string? MasterExecutable)
{
    /// <summary>The path of main.cf.</summary>
    public string MainCfPath => $"{ConfigDirectory}/main.cf";

    /// <summary>The path of the file for parameters that Postfix does not have.</summary>
    public string OwnFilePath => $"{ConfigDirectory}/tlsmgr.cf";
}
