using System.Collections.Generic;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Tests.Config;

/// <summary>A log target that collects its records with tag and prefix, as a log file has them.</summary>
internal sealed class RecordingLogTarget : ILogTarget
{
    private static readonly string[] Prefixes = ["", "warning: ", "error: ", "fatal: ", "panic: "];

    internal string Tag { get; set; } = "h pf";

    internal List<string> Lines { get; } = [];

    public void Write(LogSeverity severity, string text) => Lines.Add($"{Tag}: {Prefixes[(int)severity]}{text}");

    internal static Log Open(out RecordingLogTarget target)
    {
        target = new RecordingLogTarget();
        Log log = new();
        log.ReplaceTargets(target);
        return log;
    }
}
