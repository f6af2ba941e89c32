// Runs a command to its end, for tests of programs that a person calls.

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading.Tasks;

namespace TlsMgr.Testing;

/// <summary>What a command left: its exit status and what it printed.</summary>
public sealed record CommandOutput(int Status, string Output, string Errors)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Runs a command with our environment, but for variables of Postfix.</summary>
    public static CommandOutput Of(string path, params IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Remove("MAIL_CONFIG");
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        return process.WaitForExit(Patience)
            ? new CommandOutput(process.ExitCode, output, errors.Result)
            : throw new TimeoutException($"{path} does not end");
    }

    /// <summary>The lines of the output.</summary>
    public string[] Lines => Output.Length == 0 ? [] : Output.TrimEnd('\n').Split('\n');
}
