using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace TlsMgr.Tests.Config;

/// <summary>
/// Generates a main.cf and overrides from a seed: every form of a value, nested, in every layout of lines that Postfix
/// accepts. The same seed gives the same result.
/// </summary>
internal sealed class MainCfGenerator(int seed)
{
    private const int MaxNesting = 3;

    // How many of a thousand forms are faulty, and how many of a thousand references may form a loop.
    private const int FaultPermille = 3;

    private static readonly string[] Names =
    [
        "smtpd_tls_loglevel", "smtp_tls_loglevel", "lmtp_tls_loglevel", "smtpd_tls_session_cache_database",
        "smtp_tls_session_cache_database", "lmtp_tls_session_cache_timeout", "smtpd_tls_session_cache_timeout",
        "tls_random_source", "tls_random_bytes", "tls_random_exchange_name", "tls_random_reseed_period",
        "ipc_timeout", "daemon_timeout", "data_directory", "queue_directory", "mail_owner", "mail_name",
        "syslog_name", "syslog_facility", "maillog_file", "max_use", "multi_instance_name", "debugger_command",
        "mydestination", "myorigin", "alias_database", "a", "b", "c", "d_1", "E2", "empty",
    ];

    private static readonly string[] ReferredNames =
        [.. Names, "myhostname", "mydomain", "mail_version", "compatibility_level", "nosuch", "Mail_Owner"];

    private static readonly string[] Words =
    [
        "1", "02", "10", "3600s", "1h", "5m 3s", "100d", "x", "btree:/x/y", "dev:/dev/urandom", "é", "a  b", "3.6",
        "#", "=", "$$", "$$$$", "a=b", "-", ",", "*", "\\", "\"q\"", "'", "(", ")", "yes", "99999999999", ";",
        "x\ty", ">", "!",
    ];

    private static readonly string[] Faults =
    [
        "$", "${", "$(", "${a", "${}", "$()", "$-", "${a b}", "${a-b}", "${{a}}", "${{a} = {b}}", "${{a} == b}",
        "${{a} <level {x}}", "${a?{b}c}", "${a?{b}:{c}d}", "${{a} ==levels {b}}", "${{a}==}", "${a!b}", "${a?{b}",
    ];

    private static readonly string[] Operators = ["==", "!=", "<", "<=", ">=", ">"];

    private readonly System.Random _random = new(seed);
    private string _name = "";

    internal string File()
    {
        StringBuilder file = new();
        file.Append(Pick("", "# first\n", "\n", " \t\n", "  # indented\r\n"));
        Line(file, "compatibility_level", Pick("3.6", "2", "0", "3.7.11"));
        Line(file, Pick("myhostname", "mydomain"), Pick("a.b.example", "host.example.org", "x.y"));
        int count = _random.Next(2, 15);
        for (int i = 0; i < count; i++)
        {
            _name = Pick(Names);
            Line(file, _name, Value(0));
        }

        return _random.Next(4) == 0 ? file.ToString().TrimEnd('\n') : file.ToString();
    }

    internal string[] Overrides() => [.. Enumerable.Range(0, _random.Next(3)).Select(_ =>
    {
        _name = Pick(Names);
        return _name + Pick("=", " = ", "\t=") + Value(0);
    })];

    // Lines are continued at blanks only: the line break is white space and would split a name or an operator.
    private void Line(StringBuilder file, string name, string value)
    {
        file.Append(name).Append(Pick("=", " = ", "\t=  ", "   =", "="));
        foreach (char character in value)
        {
            file.Append(character);
            if (character == ' ' && _random.Next(6) == 0)
            {
                file.Append(Pick("\n ", "\n\t", "\r\n  ", "\n# between\n ", "\n   # indented\n\n \t"));
            }
        }

        file.Append(Pick("\n", "\n", "  \n", "\r\n", "\n\n", "\n# behind\n", "\t\n"));
    }

    private string Value(int depth)
    {
        IEnumerable<string> parts = Enumerable.Range(0, _random.Next(depth == 0 ? 1 : 0, 4)).Select(_ => Part(depth));
        return string.Join(Pick("", "", " ", ", "), parts);
    }

    private string Part(int depth)
    {
        if (_random.Next(1000) < FaultPermille)
        {
            return Pick(Faults);
        }

        // Only names after the one being set in the list: this excludes loops.
        string name = _random.Next(1000) < FaultPermille
            ? Pick(ReferredNames)
            : Pick(ReferredNames[(Array.IndexOf(Names, _name) + 1)..]);
        return _random.Next(depth < MaxNesting ? 11 : 5) switch
        {
            0 => $"${name} ",
            1 => $"${{{name}}}",
            2 => $"$({name})",
            3 => $"${{{Blank()}{name}{Blank()}}}",
            4 => Pick(Words),
            5 => $"${{{name}?{Unbraced(depth)}}}",
            6 => $"${{{name}:{Unbraced(depth)}}}",
            7 => $"$({name}{Blank()}?{Blank()}{Braced(depth)}{Blank()})",
            8 => $"${{{name}?{Braced(depth)}{Blank()}:{Blank()}{Pick(Braced(depth), Unbraced(depth))}}}",
            9 => $"${{{Comparison(depth)}}}",
            _ => $"${{{Comparison(depth)}{Blank()}?{Blank()}{Braced(depth)}{Blank()}:{Blank()}{Braced(depth)}}}",
        };
    }

    private string Comparison(int depth)
    {
        if (_random.Next(6) == 0)
        {
            return $"{{$compatibility_level}} {Pick(Operators)}level {{{Pick("3.6", "3.10", "2", "3.7.11")}}}";
        }

        return $"{Blank()}{Braced(depth)}{Blank()}{Pick(Operators)}{Blank()}{Braced(depth)}";
    }

    private string Braced(int depth) => $"{{{Blank()}{Value(depth + 1)}{Blank()}}}";

    // An unbraced text after ? or : may not begin with a brace.
    private string Unbraced(int depth) => Pick("", " ", "x") + Value(depth + 1);

    private string Blank() => Pick("", "", " ", "  ");

    private string Pick(params string[] choices) => choices[_random.Next(choices.Length)];
}
