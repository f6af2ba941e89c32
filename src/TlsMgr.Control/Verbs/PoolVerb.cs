using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using CommandLine;
using TlsMgr.Control.Client;
using TlsMgr.Control.Output;
using TlsMgr.Control.Pool;
using TlsMgr.Control.Setup;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Control.Verbs;

/// <summary>
/// The verb pool: the secret from which several hosts, or one host over its restarts, derive equal ticket keys.
/// Invariant: no secret is in an argument, in the environment or in a log.
/// </summary>
[Verb("pool", HelpText = "Share ticket keys with other hosts, and keep them when a host restarts.")]
internal sealed class PoolVerb : InstallationVerb
{
    private static readonly string[] Actions = ["export", "init", "join", "leave", "rotate", "status", "test"];

    [Value(0, Required = true, MetaName = "ACTION",
        HelpText = "init [NAME]; export; join -, or FILE; status; test HOST:PORT...; rotate; leave.")]
    public string Action { get; set; } = "";

    [Value(1, MetaName = "ARGUMENT", HelpText = "The name, the file or the hosts.")]
    public IEnumerable<string> Arguments { get; set; } = [];

    [Option("in", Min = 1, Max = 1, MetaValue = "TIME",
        HelpText = "rotate: when the new secret is used, with a unit as in main.cf: 2h. Both are accepted meanwhile.")]
    public IEnumerable<string> Delay { get; set; } = [];

    [Option("now", HelpText = "rotate: replace the secret at once, and erase the old one: after a theft.")]
    public bool Now { get; set; }

    [Option("force", HelpText = "export: write the secret wherever standard output goes.")]
    public bool Force { get; set; }

    /// <summary>The time of day.</summary>
    internal TimeProvider Clock { get; init; } = TimeProvider.System;

    private string[] Words => [.. Arguments];

    internal override void Execute(TextWriter output, Log log)
    {
        CheckArguments();
        ProcessControl.ForbidDumps();
        if (Action == "test")
        {
            SetStatus(TicketTest.Run(Words, output, Json));
            return;
        }

        Execute(new PoolFile(Installation.Load(Directory, log)), output, log);
    }

    internal override void CheckArguments()
    {
        if (!Actions.Contains(Action))
        {
            throw new FatalException(
                $"pool: no action {PrintableText.Clean(Action)}{Suggestion.For(Action, Actions)}: "
                + string.Join(", ", Actions));
        }

        (int least, int most) = Action switch
        {
            "init" => (0, 1),
            "join" => (1, 1),
            "test" => (1, TicketTest.MaximumHosts),
            _ => (0, 0),
        };
        if (Words.Length < least)
        {
            throw new FatalException(
                $"pool {Action}: an argument is missing: {(Action == "join" ? "-, or FILE" : "HOST:PORT...")}");
        }

        if (Words.Length > most)
        {
            throw new FatalException(
                $"pool {Action}: argument {PrintableText.Clean(Words[most])} is one too many");
        }

        if (Action == "rotate" && Now == Delay.Any())
        {
            throw new FatalException("pool rotate: one of --in TIME and --now says when");
        }
    }

    private void Execute(PoolFile file, TextWriter output, Log log)
    {
        switch (Action)
        {
            case "init":
                SetStatus(new PoolMembership(file, Clock).Begin(Words.FirstOrDefault(), output));
                break;
            case "join":
                SetStatus(Join(file, output));
                break;
            case "export":
                string older = PoolExporter.Write(file, StandardDescriptors.Output, Force, Clock);
                if (older.Length > 0)
                {
                    log.Warning(older);
                }

                break;
            case "status":
                SetStatus(ShowStatus(file, output));
                break;
            case "rotate":
                int? delay = Delay.SingleOrDefault() is { } text ? PoolDelay.Read(text) : null;
                SetStatus(OverDaemon(file, daemon => new PoolChanges(file, Clock).Rotate(daemon, delay, output)));
                break;
            default:
                file.RequireOwner();
                SetStatus(OverDaemon(file, daemon => new PoolChanges(file, Clock).Leave(daemon, output)));
                break;
        }
    }

    private bool Join(PoolFile file, TextWriter output)
    {
        file.RequireOwner();
        Span<byte> line = stackalloc byte[PoolImport.BufferBytes];
        int length = PoolImport.Read(Words[0], line);
        bool isDone = new PoolMembership(file, Clock).Join(line[..length], output);
        CryptographicOperations.ZeroMemory(line);
        return isDone;
    }

    private bool ShowStatus(PoolFile file, TextWriter output)
    {
        (PoolFacts facts, SharingFacts sharing) = OverDaemon(file, daemon => ReadFacts(file, daemon));
        PoolStatus status = new(facts, sharing, file.Installation, Clock.GetUtcNow().ToUnixTimeSeconds());
        status.Write(output, Json);
        return status.Shares;
    }

    private (PoolFacts Facts, SharingFacts Sharing) ReadFacts(PoolFile file, ServiceConnection? daemon)
    {
        if (daemon is null)
        {
            return (PoolFacts.Of(file, Clock), SharingFacts.Of(file.Installation));
        }

        return PoolRequests.Status(daemon) is { } reply
            ? (PoolFacts.Of(reply, file.ConfiguredName),
                SharingFacts.Of(reply, new FigureTree(ControlRequests.Stats(daemon)), file.Installation))
            : (PoolFacts.Of(file, Clock) with { Reason = "the daemon is of a release without pools: postfix reload" },
                SharingFacts.Of(file.Installation));
    }

    /// <summary>Runs an action with the daemon, or without one when none replies.</summary>
    private static T OverDaemon<T>(PoolFile file, Func<ServiceConnection?, T> run)
    {
        ServiceConnection connection;
        try
        {
            connection = ControlConnection.Open(file.Installation);
        }
        catch (NoReplyException fault) when (!fault.IsDenied)
        {
            // Postfix is stopped, or its own tlsmgr runs: the file is all there is.
            return run(null);
        }

        using (connection)
        {
            return run(connection);
        }
    }

    private void SetStatus(bool isDone) => Status = isDone ? ExitStatus.Good : ExitStatus.Negative;
}
