using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using TlsMgr.Postfix.Config;
using TlsMgr.Postfix.Logging;
using TlsMgr.Testing;

namespace TlsMgr.Fuzzing.Targets;

/// <summary>Reads a main.cf: the result is a set of parameters or a fatal fault, for any input.</summary>
internal sealed class MainCfTarget : FuzzTarget, ILogTarget
{
    private static readonly string[] Recordings =
        ["main.cf-3.7.txt", "main.cf-more-3.7.txt", "main.cf-order-3.7.txt", "main.cf-hosts-3.7.txt"];

    private readonly string _directory = Directory.CreateTempSubdirectory("tlsmgr-main.cf-").FullName;

    internal override IEnumerable<byte[]> Seeds =>
    [
        .. ConfigCorpus.Names.Select(name => File.ReadAllBytes(RepositoryRoot.Fixture("config", "corpus", name))),
        .. Recordings.SelectMany(MainCfRecording.ReadAll).Select(recording => Encoding.UTF8.GetBytes(recording.MainCf)),
    ];

    public void Write(LogSeverity severity, string text)
    {
        // Log records are not checked here.
    }

    public override void Dispose() => Directory.Delete(_directory, recursive: true);

    internal override void Run(ReadOnlySpan<byte> input)
    {
        ProcessDescription process = new(_directory, "mx.example.org", "tlsmgr", 1, "/nonexistent");
        File.WriteAllBytes(process.MainCfPath, input);
        Log log = new();
        log.ReplaceTargets(this);
        try
        {
            ParameterStore store = ParameterStore.Read(process, log);
            foreach ((string name, _) in store.UnusedValues(""))
            {
                Expand(store, name);
            }

            PostfixParameters.Load(store, DaemonOptions.Parse([]), process);
            TlsManagerParameters.Load(store);
            foreach ((string name, _) in store.EffectiveValues())
            {
                Expand(store, name);
            }
        }
        catch (FatalException)
        {
            // The daemon logs it and exits.
        }
    }

    private static void Expand(ParameterStore store, string name)
    {
        try
        {
            store.Expand(name);
        }
        catch (FatalException)
        {
            // The other parameters are still expanded.
        }
    }
}
