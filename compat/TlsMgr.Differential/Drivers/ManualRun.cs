using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using TlsMgr.Native.Libc;
using TlsMgr.Testing;

namespace TlsMgr.Differential.Drivers;

/// <summary>Runs a daemon without master(8), as from a shell: on a terminal or with its streams redirected.</summary>
internal static class ManualRun
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    /// <summary>Runs it to its end; returns the exit status (null at the timeout) and the output.</summary>
    internal static (int? Status, string Printed) Run(
        string binary, DaemonDirectories directories, string[] arguments, byte[] input, bool onTerminal,
        string? configDirectory, Masking masking)
    {
        Dictionary<string, string> environment = new(FakeMaster.EnvironmentOf(directories));
        environment.Remove("GENERATION");
        if (configDirectory is { Length: 0 })
        {
            environment.Remove("MAIL_CONFIG");
        }
        else if (configDirectory is not null)
        {
            environment["MAIL_CONFIG"] = configDirectory;
        }

        SpawnedProcess process;
        string printed;
        if (onTerminal)
        {
            using Terminal terminal = new();
            process = SpawnedProcess.Start(
                binary, ["tlsmgr", .. arguments], environment, directories.Root, AllTo(terminal.Slave, terminal.Slave));
            terminal.CloseSlave();
            printed = terminal.ReadToEnd();
        }
        else
        {
            (process, printed) = Redirected(binary, directories, arguments, input, environment);
        }

        int? status = process.WaitForExit(Timeout);
        masking.ProcessId = process.Id;
        return (status, printed);
    }

    private static (SpawnedProcess Process, string Printed) Redirected(
        string binary, DaemonDirectories directories, string[] arguments, byte[] input,
        Dictionary<string, string> environment)
    {
        string inputPath = Path.Combine(directories.Root, "stdin");
        string outputPath = Path.Combine(directories.Root, "stdout");
        File.WriteAllBytes(inputPath, input);
        File.WriteAllBytes(outputPath, []);
        int inputDescriptor = FileDescriptor.Open(inputPath, OpenFlags.ReadOnly | OpenFlags.CloseOnExec, 0);
        int outputDescriptor = FileDescriptor.Open(outputPath, OpenFlags.ReadWrite | OpenFlags.CloseOnExec, 0);
        SpawnedProcess process = SpawnedProcess.Start(
            binary, ["tlsmgr", .. arguments], environment, directories.Root, AllTo(inputDescriptor, outputDescriptor));
        FileDescriptor.Close(inputDescriptor);
        FileDescriptor.Close(outputDescriptor);
        process.WaitForExit(Timeout);
        return (process, File.ReadAllText(outputPath, Encoding.Latin1));
    }

    private static Dictionary<int, int> AllTo(int input, int output) => new()
    {
        [0] = input,
        [1] = output,
        [2] = output,
    };
}
