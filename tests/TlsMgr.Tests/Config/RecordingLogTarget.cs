// A log that remembers, under the name that is in force, as a file of the real log would show it.

using System.Collections.Generic;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Tests.Config;

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
