// Invariant: no child outlives a call, also when the rig is interrupted.

using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace TlsMgr.Rig;

/// <summary>The exit status of a program, and its standard output and standard error.</summary>
internal sealed record ShellResult(int ExitCode, string Output, string ErrorOutput);

/// <summary>Runs programs with a deadline.</summary>
internal static class Shell
{
    // The status of a program that a signal ended: 128 plus the signal's number.
    private const int SignalStatus = 128;

    private static readonly TimeSpan SignalDelay = TimeSpan.FromMilliseconds(200);

    // Used in place of the caller's PATH, which often lacks the sbin directories.
    private static readonly string[] ProgramDirectories = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"];

    /// <summary>The full path of a program; null when it is not installed.</summary>
    /// <param name="program">Its name.</param>
    /// <param name="root">The root directory in which it is looked for, and which the path leaves out.</param>
    internal static string? Find(string program, string root = "")
    {
        foreach (string directory in ProgramDirectories)
        {
            string path = Path.Combine(directory, program);
            if (File.Exists(root + path))
            {
                return path;
            }
        }

        return null;
    }

    /// <summary>Starts a program with its three standard streams redirected to the rig.</summary>
    /// <exception cref="RigException">The program cannot be started.</exception>
    internal static Process Start(string program, IEnumerable<string> arguments, string? mailConfig = null)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = string.Join(':', ProgramDirectories);
        start.Environment["LC_ALL"] = "C";
        start.Environment.Remove("MAIL_CONFIG");
        if (mailConfig is not null)
        {
            start.Environment["MAIL_CONFIG"] = mailConfig;
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception fault)
        {
            throw new RigException($"cannot run {program}: {fault.Message}");
        }
    }

    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="RigException">It ran past the deadline and was killed, or it cannot be started.</exception>
    internal static ShellResult Run(
        string program, IEnumerable<string> arguments, CancellationToken cancellation, string input = "",
        string? mailConfig = null)
    {
        using Process process = Start(program, arguments, mailConfig);
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Deadline.Limit);
        try
        {
            process.StandardInput.Write(input);
            process.StandardInput.Close();
            Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token);
            Task<string> errorOutput = process.StandardError.ReadToEndAsync(limit.Token);
            process.WaitForExitAsync(limit.Token).GetAwaiter().GetResult();
            return new ShellResult(
                process.ExitCode, output.GetAwaiter().GetResult(), errorOutput.GetAwaiter().GetResult());
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new RigException($"{program} did not end within {Deadline.Limit.TotalSeconds} seconds");
        }
        finally
        {
            Kill(process);
        }
    }

    /// <summary>Runs a program that has to succeed; returns its standard output.</summary>
    /// <exception cref="RigException">It failed: the message has its status and its output.</exception>
    internal static string Require(
        string program, IEnumerable<string> arguments, CancellationToken cancellation, string input = "",
        string? mailConfig = null)
    {
        ShellResult result = Run(program, arguments, cancellation, input, mailConfig);
        if (result.ExitCode != 0)
        {
            // Ctrl-C signals the program and the rig together; the rig's own handler may run a moment later.
            _ = result.ExitCode > SignalStatus && cancellation.WaitHandle.WaitOne(SignalDelay);
            cancellation.ThrowIfCancellationRequested();
            string printed = string.Join(' ', (result.ErrorOutput + result.Output).Split(default(char[]),
                StringSplitOptions.RemoveEmptyEntries));
            throw new RigException($"{program} failed with status {result.ExitCode}: {printed}");
        }

        return result.Output;
    }

    /// <summary>Kills a program that the rig started, with its children, when it still runs.</summary>
    internal static void Kill(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }
    }
}
