using System;

namespace TlsMgr.Differential.Recording;

/// <summary>Parses log records.</summary>
internal static class LogText
{
    private const string End = "]: ";

    /// <summary>The text after time, host, tag and process id.</summary>
    internal static string Of(string record) => record[(record.IndexOf(End, StringComparison.Ordinal) + End.Length)..];
}
