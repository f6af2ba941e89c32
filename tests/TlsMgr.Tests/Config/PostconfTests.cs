// main.cf files, expanded here and by the installed Postfix's own postconf(1). Postfix is a prerequisite of the tests.

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Config;
using TlsMgr.Postfix.Logging;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Tests.Config;

public sealed class PostconfTests
{
    // These tell which process was asked.
    private static readonly HashSet<string> ProcessNames =
    [
        "config_directory", "process_id", "process_name", "service_name",
    ];

    public static TheoryData<string> Files() =>
    [
        .. new DirectoryInfo(RepositoryRoot.Fixture("config", "corpus")).GetFiles().Select(file => file.Name).Order(),
    ];

    [Theory]
    [MemberData(nameof(Files))]
    public void Values_expand_as_postconf_expands_them(string file)
    {
        using ScratchDirectory directory = new();
        File.Copy(RepositoryRoot.Fixture("config", "corpus", file), Path.Combine(directory.Path, "main.cf"));
        directory.Write("master.cf", "");
        ParameterStore store = Load(directory.Path);
        string[] builtIn = Postconf(directory.Path, "-d").Select(line => line.Split(' ')[0]).ToArray();
        KeyValuePair<string, string>[] values = [.. store.EffectiveValues()
            .Where(value => builtIn.Contains(value.Key) && !ProcessNames.Contains(value.Key))];

        values.Length.ShouldBeGreaterThan(100);
        string[] expected = Postconf(directory.Path, ["-x", "-h", .. values.Select(value => value.Key)]);

        expected.Length.ShouldBe(values.Length);

        // postconf prints a blank for any run of white space; the recordings of the daemon have the exact text.
        values.Zip(expected, (value, text) => (value.Key, Ours: Blanks(value.Value), Postconf: Blanks(text)))
            .Where(row => row.Ours != row.Postconf && (store.IsSet(row.Key) || IsSameInAllReleases(row.Key)))
            .ShouldBeEmpty();
    }

    // Our defaults of parameters that are not tlsmgr's are those of Postfix 3.7; another release may have changed some.
    private static bool IsSameInAllReleases(string name) =>
        name.Contains("tls_", StringComparison.Ordinal)
        || Postconf("/etc/postfix", "-d", "-h", "mail_version")[0].StartsWith("3.7.", StringComparison.Ordinal);

    private static ParameterStore Load(string directory)
    {
        ProcessDescription process = new(
            directory, ProcessControl.HostName, "tlsmgr", 1, InstalledMaster());
        ParameterStore store = ParameterStore.Read(process, new Log());
        PostfixParameters.Load(store, DaemonOptions.Parse([]), process);
        TlsManagerParameters.Load(store);
        return store;
    }

    private static string Blanks(string text) =>
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static string InstalledMaster() => Postconf("/etc/postfix", "-h", "daemon_directory")[0] + "/master";

    private static string[] Postconf(string directory, params string[] arguments)
    {
        ProcessStartInfo start = new("/usr/sbin/postconf", ["-c", directory, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start(start)!;
        System.Threading.Tasks.Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, errors.Result);
        return output.TrimEnd('\n').Split('\n');
    }
}
