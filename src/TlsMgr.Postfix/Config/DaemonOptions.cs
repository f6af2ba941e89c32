// The command line of a Postfix daemon, as master(8) builds it from master.cf: getopt(3) options and no arguments.
// Values that main.cf can also set are not checked here: PostfixParameters checks them in Postfix's order.

using System.Collections.Generic;

namespace TlsMgr.Postfix.Config;

/// <summary>The parsed command line.</summary>
public sealed class DaemonOptions
{
    // -d (stay in the foreground) and -z (no process limit) are accepted, as by Postfix's daemons, and ignored.
    private const string Flags = "cdDlSuvVz";
    private const string Valued = "imnost";

    private readonly List<KeyValuePair<string, string>> _overrides = [];

    private DaemonOptions()
    {
    }

    /// <summary>
    /// The first fault of the command line, as the text of the fatal record; null without a fault:
    /// <c>invalid option: X</c>, <c>invalid "-o X" option value: REASON</c>, <c>invalid socket_count: X</c>. Options
    /// before the fault are in force, because they select the log targets.
    /// </summary>
    public string? Fault { get; private set; }

    /// <summary><c>-c</c>: change the root directory to queue_directory.</summary>
    public bool ChangesRoot { get; private set; }

    /// <summary><c>-D</c>: run debugger_command.</summary>
    public bool RunsDebugger { get; private set; }

    /// <summary><c>-l</c>: master.cf limits the service to one process.</summary>
    public bool HasProcessLimitOne { get; private set; }

    /// <summary><c>-S</c>: serve one client on standard input and output.</summary>
    public bool ServesStandardInput { get; private set; }

    /// <summary><c>-u</c>: drop privileges and run as mail_owner.</summary>
    public bool DropsPrivileges { get; private set; }

    /// <summary><c>-V</c>: log to standard error too.</summary>
    public bool LogsToStandardError { get; private set; }

    /// <summary><c>-v</c>: how often it was given, 0 and more.</summary>
    public int Verbosity { get; private set; }

    /// <summary><c>-n</c>: the name of the service; null when it is the program's name.</summary>
    public string? ServiceName { get; private set; }

    /// <summary><c>-t</c>: the transport, unchecked: <c>unix</c>, <c>inet</c>, <c>pass</c>; null without it.</summary>
    public string? Transport { get; private set; }

    /// <summary><c>-s</c>: the number of listen sockets, 1 and more.</summary>
    public int SocketCount { get; private set; } = 1;

    /// <summary>
    /// <c>-o name=value</c>, <c>-i max_idle</c>, <c>-m max_use</c>, in command-line order: parameters that override
    /// main.cf.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, string>> Overrides => _overrides;

    /// <summary>The first positional argument, which a daemon does not accept; null when there is none.</summary>
    public string? UnexpectedArgument { get; private set; }

    /// <summary>Parses a command line. Does not throw: faults are reported in <see cref="Fault"/>.</summary>
    /// <param name="arguments">The command line without the program's name.</param>
    public static DaemonOptions Parse(IReadOnlyList<string> arguments)
    {
        DaemonOptions options = new();
        OptionScanner scanner = new(arguments, Flags, Valued);
        while (scanner.Next())
        {
            options.Fault = scanner.IsInvalid
                ? InvalidOption(scanner.Letter)
                : options.Take(scanner.Letter, scanner.Value);
            if (options.Fault is not null)
            {
                return options;
            }
        }

        options.UnexpectedArgument = scanner.Position < arguments.Count ? arguments[scanner.Position] : null;
        return options;
    }

    // For a letter that is not ASCII getopt(3) returns its first byte, which is not printable.
    private static string InvalidOption(char letter) => $"invalid option: {(char.IsAscii(letter) ? letter : '?')}";

    private string? Take(char letter, string value)
    {
        switch (letter)
        {
            case 'i':
                Override("max_idle", value);
                return null;
            case 'm':
                Override("max_use", value);
                return null;
            case 'n':
                ServiceName = value;
                return null;
            case 'o':
                return TakeOverride(value);
            case 's':
                return TakeSocketCount(value);
            case 't':
                Transport = value;
                return null;
            default:
                TakeFlag(letter);
                return null;
        }
    }

    private void TakeFlag(char letter)
    {
        ChangesRoot |= letter == 'c';
        RunsDebugger |= letter == 'D';
        HasProcessLimitOne |= letter == 'l';
        ServesStandardInput |= letter == 'S';
        DropsPrivileges |= letter == 'u';
        LogsToStandardError |= letter == 'V';
        Verbosity += letter == 'v' ? 1 : 0;
    }

    private string? TakeOverride(string text)
    {
        string? reason = NameValueText.Split(text, out string name, out string value);
        if (reason is not null)
        {
            return $"invalid \"-o {text}\" option value: {reason}";
        }

        Override(name, value);
        return null;
    }

    // As atoi(3): text after the digits is ignored, and the number is truncated to 32 bits.
    private string? TakeSocketCount(string text)
    {
        NumberText.TakeInteger(text, out long number);
        SocketCount = unchecked((int)number);
        return SocketCount > 0 ? null : $"invalid socket_count: {text}";
    }

    private void Override(string name, string value) => _overrides.Add(new(name, value));
}
