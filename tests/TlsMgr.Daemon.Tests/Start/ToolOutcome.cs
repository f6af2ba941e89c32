using System.Collections.Generic;
using System.Linq;
using TlsMgr.Testing;

namespace TlsMgr.Daemon.Tests.Start;

/// <summary>The outcome of one run of tlsmgrctl.</summary>
/// <param name="Kind">A few words: one of the constants, or the exit status.</param>
/// <param name="Lines">The lines on standard error.</param>
internal sealed record ToolOutcome(string Kind, IReadOnlyList<string> Lines)
{
    internal const string Works = "works";
    internal const string OneLine = "one line";

    private const int Killed = 128 + 9; // as CommandOutput has it

    /// <summary>Runs the tool.</summary>
    /// <param name="runner">What starts it.</param>
    /// <param name="arguments">Its arguments.</param>
    internal static ToolOutcome Of(IReadOnlyList<string> runner, params IEnumerable<string> arguments)
    {
        IEnumerable<string> command = [.. runner, PublishedBinary.Control, .. arguments];
        CommandOutput output = CommandOutput.Of(command.First(), command.Skip(1));
        string[] lines = output.Errors.Length == 0 ? [] : output.Errors.TrimEnd('\n').Split('\n');
        return new ToolOutcome(KindOf(output, lines), lines);
    }

    /// <summary>Its two verbs that need no daemon; both outcomes where they differ.</summary>
    internal static ToolOutcome OfBoth(IReadOnlyList<string> runner)
    {
        using DaemonDirectories directories = new();
        ToolOutcome version = Of(runner, "--version");
        ToolOutcome config = Of(runner, "config", "-c", directories.Config);
        return version.Kind == config.Kind
            ? version
            : new ToolOutcome($"--version {version.Kind}; config {config.Kind}", config.Lines);
    }

    private static string KindOf(CommandOutput output, string[] lines) => output.Status switch
    {
        0 when lines.Length == 0 => Works,
        Killed when lines.Length == 0 => "works; ends by SIGKILL",
        126 or 127 when lines.Length <= 1 => StartOutcome.DoesNotStart,
        > 0 and < 126 when lines.Length == 1 => OneLine,
        > 0 and < 126 when lines.Length == 0 => "ends without a word",
        _ => $"ends with {output.Status}",
    };
}
