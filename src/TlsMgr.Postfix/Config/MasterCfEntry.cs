using System;
using System.Collections.Generic;
using System.Linq;
using TlsMgr.Postfix.Logging;

namespace TlsMgr.Postfix.Config;

/// <summary>
/// One entry of master.cf, its fields as they are written; <c>-</c> is the default. It is parsed as master(8) does,
/// field by field up to the first fault. Invariant: every entry that master(8) accepts is accepted.
/// </summary>
/// <param name="Service">The name of the service.</param>
/// <param name="Type">The type of its socket.</param>
/// <param name="Private">Whether the socket is in private/.</param>
/// <param name="Unprivileged">Whether the daemon drops privileges.</param>
/// <param name="Chroot">Whether it runs in a chroot jail.</param>
/// <param name="WakeUp">Seconds between wake-ups.</param>
/// <param name="ProcessLimit">The maximum number of processes.</param>
/// <param name="Command">The program's name.</param>
/// <param name="Arguments">Its arguments, without braces.</param>
public sealed record MasterCfEntry(
    string Service, string Type, string Private, string Unprivileged, string Chroot, string WakeUp,
    string ProcessLimit, string Command, IReadOnlyList<string> Arguments)
{
    /// <summary>The separators of fields.</summary>
    internal static readonly char[] Blanks = [' ', '\t', '\r'];

    private static readonly string[] Types = ["inet", "unix", "fifo", "pass", "unix-dgram"];
    private static readonly string[] Flags = ["-", "y", "n"];

    /// <summary>Whether the file has earlier entries of the service: master(8) warns, and uses the last.</summary>
    public bool IsRepeated { get; init; }

    /// <summary>Parses a logical line.</summary>
    /// <exception cref="FatalException">master(8) rejects it; in its words.</exception>
    internal static MasterCfEntry Parse(string line)
    {
        string rest = line;
        string service = Next("service name", ref rest);
        string type = Next("transport type", ref rest);
        Require(Types.Contains(type), $"bad transport type: {type}");
        string isPrivate = NextOf("private", Flags.Contains, ref rest);
        Require(type != "inet" || isPrivate == "n", "inet service cannot be private");
        return new MasterCfEntry(
            service,
            type,
            isPrivate,
            Unprivileged: NextOf("unprivileged", Flags.Contains, ref rest),
            Chroot: NextOf("chroot", Flags.Contains, ref rest),
            WakeUp: NextOf("wakeup_time", IsNumber, ref rest),
            ProcessLimit: NextOf("max_proc", IsNumber, ref rest),
            Command: Next("command", ref rest),
            MasterCfArguments.Parse(rest));
    }

    private static string Next(string field, ref string rest)
    {
        string text = rest.TrimStart(Blanks);
        Require(text.Length > 0, $"missing \"{field}\" field");
        int end = text.IndexOfAny(Blanks);
        string word = end < 0 ? text : text[..end];
        rest = text[word.Length..];
        return word;
    }

    private static string NextOf(string field, Func<string, bool> isValid, ref string rest)
    {
        string word = Next(field, ref rest);
        Require(isValid(word), $"field \"{field}\": bad value: \"{word}\"");
        return word;
    }

    private static bool IsNumber(string word) => word == "-" || MasterCfNumber.Read(word) >= 0;

    private static void Require(bool isValid, string fault)
    {
        if (!isValid)
        {
            throw new FatalException(fault);
        }
    }
}
