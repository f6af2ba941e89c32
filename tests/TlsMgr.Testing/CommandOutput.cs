using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading.Tasks;

namespace TlsMgr.Testing;

/// <summary>The result of a command: its exit status, standard output and standard error.</summary>
public sealed record CommandOutput(int Status, string Output, string Errors)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <summary>Runs a command to its end, with the environment of the test apart from MAIL_CONFIG.</summary>
    /// <exception cref="TimeoutException">It runs for more than 30 seconds after closing its output.</exception>
    public static CommandOutput Of(string path, params IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Remove("MAIL_CONFIG");
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        return process.WaitForExit(Timeout)
            ? new CommandOutput(process.ExitCode, output, errors.Result)
            : throw new TimeoutException($"{path} does not exit");
    }

    /// <summary>The lines of the output.</summary>
    public string[] Lines => Output.Length == 0 ? [] : Output.TrimEnd('\n').Split('\n');
}
