using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;
using System.Threading.Tasks;

namespace TlsMgr.Benchmarks;

/// <summary>What a finished program printed, and its exit status.</summary>
internal sealed record Command(int Status, string Output, string Errors)
{
    /// <summary>Runs a program to its end, without a time limit: builds take minutes.</summary>
    /// <exception cref="BenchmarkException">The program is not installed.</exception>
    internal static Command Run(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return new Command(process.ExitCode, output.Trim(), errors.Result.Trim());
        }
        catch (Win32Exception fault)
        {
            throw new BenchmarkException($"{start.FileName} cannot be started: {fault.Message}");
        }
    }

    internal static Command Run(string program, params IEnumerable<string> arguments) =>
        Run(new ProcessStartInfo(program, arguments));

    /// <summary>Returns what a program prints.</summary>
    /// <exception cref="BenchmarkException">The program failed.</exception>
    internal static string Read(string program, params IEnumerable<string> arguments)
    {
        Command command = Run(program, arguments);
        return command.Status == 0
            ? command.Output
            : throw new BenchmarkException($"{program} failed: {command.FirstError}");
    }

    internal string FirstError => Errors.Split('\n', StringSplitOptions.TrimEntries)[0];
}
