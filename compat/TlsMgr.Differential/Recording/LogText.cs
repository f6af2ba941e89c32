// The text of a log record.

using System;

namespace TlsMgr.Differential.Recording;

/// <summary>Takes log records apart.</summary>
internal static class LogText
{
    private const string End = "]: ";

    /// <summary>What stands behind time, host, tag and process id.</summary>
    internal static string Of(string record) => record[(record.IndexOf(End, StringComparison.Ordinal) + End.Length)..];
}
