using System.Text;
using TlsMgr.Native.Libc;

namespace TlsMgr.Postfix.Logging;

/// <summary>Standard error: <c>PROGRAM: TEXT</c>.</summary>
/// <param name="program">The program's name.</param>
public sealed class StandardErrorTarget(string program) : ILogTarget
{
    private const int StandardError = 2;

    /// <inheritdoc/>
    public void Write(LogSeverity severity, string text) =>
        FileDescriptor.Write(
            StandardError, Encoding.UTF8.GetBytes($"{program}: {LogRecord.Prefixed(severity, text)}\n"));
}
