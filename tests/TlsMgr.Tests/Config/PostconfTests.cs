// main.cf files of the corpus and generated ones, expanded here and by postconf(1) of the installed Postfix.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Shouldly;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Config;
using TlsMgr.Postfix.Logging;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Tests.Config;

[Collection(AloneCollection.Name)]
public sealed class PostconfTests
{
    private const int GeneratedFiles = 200;
    private const int ParallelFiles = 24;
    private const string Warning = "postconf: warning: ";

    // Parameters that the defaults of others depend on.
    private static readonly string[] SourcesOfDefaults =
        ["compatibility_level", "myhostname", "mydomain", "mail_version"];

    private static readonly string[] OwnNames = [.. Load([], new Log()).EffectiveValues().Select(pair => pair.Key)];

    private static readonly string[] NamesOfBoth =
        [.. OwnNames.Concat(ForeignDefaults.Names).Where(Postconf.BuiltInNames.Contains)];

    private static readonly bool IsRelease37 =
        Postconf.Run("-d", "-h", "mail_version").Output.StartsWith("3.7.", StringComparison.Ordinal);

    public static TheoryData<string> Files() => [.. ConfigCorpus.Names];

    [Theory]
    [MemberData(nameof(Files))]
    public void Values_of_a_corpus_file_expand_as_postconf_expands_them(string file)
    {
        using ConfigCorpus corpus = ConfigCorpus.Open(file);

        Differences(corpus).ShouldBeEmpty();
    }

    [Fact]
    public async Task Values_of_generated_files_expand_as_postconf_expands_them()
    {
        // After a fault postconf waits a second before it exits: many of them run in parallel.
        await Task.WhenAll(Enumerable.Range(0, ParallelFiles).Select(static worker => Task.Factory.StartNew(
            () => CompareGenerated(worker),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
    }

    [Fact]
    public void Generated_files_contain_every_form_and_faults()
    {
        string all = string.Concat(
            Enumerable.Range(0, GeneratedFiles).Select(seed => new MainCfGenerator(seed).File()));

        string[] forms =
        [
            "$$", "$a", "${a}", "$(a)", "?x", "?{", ":x", "}:{", "{{", "==", "<level", "${}", "é",
            "\r\n", "\n#", "\n\t",
        ];
        forms.Where(form => !all.Contains(form, StringComparison.Ordinal)).ShouldBeEmpty();
    }

    private static void CompareGenerated(int firstSeed)
    {
        for (int seed = firstSeed; seed < GeneratedFiles; seed += ParallelFiles)
        {
            MainCfGenerator generator = new(seed);
            string mainCf = generator.File();
            using ConfigCorpus corpus = new(Encoding.UTF8.GetBytes(mainCf), generator.Overrides());

            Differences(corpus).ShouldBeEmpty($"seed {seed}:\n{mainCf}\n{string.Join('\n', corpus.Overrides)}");
        }
    }

    private static List<string> Differences(ConfigCorpus corpus)
    {
        Log log = RecordingLogTarget.Open(out RecordingLogTarget target);
        ParameterStore store = Load(corpus, log);
        CommandOutput result = Postconf.Run([.. corpus.Options, "-x", "-h", .. NamesOfBoth]);
        string?[] ours = [.. NamesOfBoth.Select(name => Expand(store, name))];
        if (result.Status != 0)
        {
            return FaultDifferences(result, target.Lines, ours.Contains(null));
        }

        return
        [
            .. NamesOfBoth.Zip(ours, result.Output.Split('\n'))
                .Where(row => row.First is var name && (store.IsSet(name) || IsSameInAllReleases(name)))
                .Where(row => row.Second != row.Third)
                .Select(row => $"{row.First}: ours {row.Second ?? "(fault)"}, postconf {row.Third}"),
        ];
    }

    // A value that cannot be expanded ends postconf: expanding it must fail here, too, for the same reason.
    private static List<string> FaultDifferences(CommandOutput result, List<string> lines, bool haveFault)
    {
        IEnumerable<string> warnings = result.Errors.Split('\n')
            .Where(line => line.StartsWith(Warning, StringComparison.Ordinal))
            .Select(line => line[Warning.Length..])
            .Where(text => !text.StartsWith('/'));
        return
        [
            .. warnings.Where(text => !lines.Exists(line => line.EndsWith(": " + text, StringComparison.Ordinal))),
            .. haveFault ? Array.Empty<string>() : [result.Errors],
        ];
    }

    // postconf normalizes white space; the exact text is tested with the recordings of the daemon.
    private static string? Expand(ParameterStore store, string name)
    {
        try
        {
            return Postconf.Print(store.Expand(name));
        }
        catch (FatalException)
        {
            return null;
        }
    }

    // ForeignDefaults are those of Postfix 3.7; other releases may have different ones.
    private static bool IsSameInAllReleases(string name) => !ForeignDefaults.Names.Contains(name) || IsRelease37;

    // postconf prints values that the daemon rejects: all parameters are loaded without the checked values, which are
    // set afterwards.
    private static ParameterStore Load(ConfigCorpus corpus, Log log)
    {
        Dictionary<string, string> values = new() { ["config_directory"] = corpus.Directory };
        MainCfFile.Read($"{corpus.Directory}/main.cf", values, new Log());
        foreach (string text in corpus.Overrides)
        {
            NameValueText.Split(text, out string name, out string value).ShouldBeNull();
            values[name] = value;
        }

        return Load(values, log);
    }

    private static ParameterStore Load(Dictionary<string, string> values, Log log)
    {
        using ConfigCorpus empty = new([]);
        ProcessDescription process = new(empty.Directory, ProcessControl.HostName, "tlsmgr", 1, null);
        ParameterStore store = ParameterStore.Read(process, log);
        store.Override(values.Where(pair => SourcesOfDefaults.Contains(pair.Key) || !OwnNames.Contains(pair.Key)));
        PostfixParameters.Load(store, DaemonOptions.Parse([]), process);
        TlsManagerParameters.Load(store);
        store.Override(values);
        return store;
    }
}
