using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Text.RegularExpressions;
using TlsMgr.Control.Client;
using TlsMgr.Control.Output;
using TlsMgr.Control.Verbs;

namespace TlsMgr.Control.Tests.Client;

/// <summary>One command of tlsmgrctl, with a script of replies that it accepts.</summary>
/// <param name="Name">The command line.</param>
/// <param name="Replies">The replies; a bar stands for NUL.</param>
/// <param name="Run">Runs it; returns the exit status.</param>
internal sealed record TrialCommand(string Name, string Replies, Func<ServiceConnection, TextWriter, bool> Run);

/// <summary>
/// Runs a verb with replies of any bytes. It ends with checked output or with one line of error, after a bounded number of
/// requests.
/// </summary>
internal static partial class ReplyTrial
{
    /// <summary>The bit of an input's second byte by which the server sends everything at once.</summary>
    internal const int AllAtOnce = 2;

    private const string Stats =
        "status|0|uptime.seconds|7|requests.seed|1|requests.lookup|4|faults.bogus|0|seeds|1|slowest.microseconds|512|"
        + "cache.smtpd.lookups|4|cache.smtpd.hits|1|cache.smtpd.size|32768|cache.smtp.lookups|0|cache.smtp.hits|0|"
        + "request_time.le_50|3|request_time.le_100|4|request_time.count|5|request_time.sum_microseconds|900||"
        + Output.SampleReport.Info;

    private const string Pages =
        "status|0|id|an&id|size|22|stored|1700000000|left|3600|id|caf\u00e9 \\|size|1|stored|1700000001|left|1|next|QUI=||"
        + "status|0|id|z|size|2|stored|9223372036854775807|left|-5|next|QUJD||"
        + "status|0|next|||";

    private const string Steps = "status|0|removed|32|next|QUI=||status|0|removed|3|next|||";

    private const string Keys =
        "status|0|name|00112233445566778899aabbccddeeff|state|current|encrypts|1800|decrypts|3600|"
        + "name|ffeeddccbbaa99887766554433221100|state|previous|encrypts|0|decrypts|60||";

    private const string LabelPattern = @"[a-z_]+=""([^""\\]|\\[\\""n])*""";
    private const string Announcement = "protocol|tlsmgr_protocol||";
    private const string Seed = "status|0|seed|AAECAwQFBgcICQoLDA0ODw==||";
    private const string Byte = "status|0|seed|QQ==||";
    private const string Policy = "status|0|cachable|1|timeout|3600||";
    private const string Session = "status|0|session|bm90IGZvciBhbnlib2R5J3MgZXllcw==||";

    /// <summary>The commands that read replies.</summary>
    internal static readonly TrialCommand[] Commands =
    [
        Control("stats", Stats, static () => new StatsVerb()),
        Control("stats --json", Stats, static () => new StatsVerb { Json = true }),
        Control("stats --prometheus", Stats, static () => new StatsVerb { Prometheus = true }),
        Control("top", Stats + Keys, static () => new TopVerb()),
        Control("top --json", Stats + Keys, static () => new TopVerb { Json = true }),
        Control("list smtpd", Pages, static () => new ListVerb { Cache = "smtpd" }),
        Control("list smtpd --json", Pages, static () => new ListVerb { Cache = "smtpd", Json = true }),
        Control("list smtpd --limit 2", Pages, static () => new ListVerb { Cache = "smtpd", Limit = ["2"] }),
        Control("delete smtpd x", "status|0||", static () => new DeleteVerb { Cache = "smtpd", Id = "x" }),
        Control("flush smtpd", Steps, static () => new FlushVerb { Cache = "smtpd" }),
        Control("flush smtpd --json", Steps, static () => new FlushVerb { Cache = "smtpd", Json = true }),
        Control("keys", Keys, static () => new KeysVerb()),
        Control("keys --json", Keys, static () => new KeysVerb { Json = true }),
        Control("rotate", "status|0||", static () => new RotateVerb()),
        Control("rotate --json", "status|0||", static () => new RotateVerb { Json = true }),
        Service("ping", Announcement + Byte + Byte, static () => new PingVerb()),
        Service("ping --json", Announcement + Byte + Byte, static () => new PingVerb { Json = true }),
        Service("seed 16", Announcement + Seed, static () => new SeedVerb { Size = "16" }),
        Service("seed 16 --json", Seed, static () => new SeedVerb { Size = "16", Json = true }),
        Service("policy smtpd", Policy, static () => new PolicyVerb { Cache = "smtpd" }),
        Service("policy smtpd --json", Policy, static () => new PolicyVerb { Cache = "smtpd", Json = true }),
        Service("lookup smtpd x", Session, static () => new LookupVerb { Cache = "smtpd", Id = "x" }),
        Service("lookup smtpd x --json", Session, static () => new LookupVerb { Cache = "smtpd", Id = "x", Json = true }),
    ];

    /// <summary>
    /// Takes one input: a byte for the command, a byte for the way in which the server sends, and its script.
    /// </summary>
    /// <returns>Whether the verb printed a result rather than an error.</returns>
    /// <exception cref="InvalidDataException">The output or the error breaks a rule.</exception>
    internal static bool Run(ReadOnlySpan<byte> input)
    {
        if (input.Length < 2)
        {
            return false;
        }

        ScriptedTransport transport = new(input[2..])
        {
            Repeats = (input[1] & 1) != 0,
            SendsAllAtOnce = (input[1] & AllAtOnce) != 0,
            ChunkBytes = input[1] >> 2 is > 0 and var chunkBytes ? chunkBytes : int.MaxValue,
            MaximumRequests = input.Length + 2,
        };
        return Run(Commands[input[0] % Commands.Length], transport);
    }

    /// <summary>Runs a command over a transport, and checks what it prints.</summary>
    /// <returns>Whether the verb printed a result rather than an error.</returns>
    /// <exception cref="InvalidDataException">The output or the error breaks a rule.</exception>
    internal static bool Run(TrialCommand command, ScriptedTransport transport)
    {
        using StringWriter output = new() { NewLine = "\n" };
        using ServiceConnection connection = transport.Connect();
        try
        {
            command.Run(connection, output);
        }
        catch (NoReplyException fault)
        {
            Require(ErrorLine().IsMatch(fault.Message), "error", fault.Message);
            Require(PrintedText().IsMatch(output.ToString()), "output before the error", output.ToString());
            return false;
        }

        Check(command.Name, output.ToString());
        return true;
    }

    private static void Check(string name, string output)
    {
        Require(PrintedText().IsMatch(output), "output", output);
        if (name.EndsWith("--json", StringComparison.Ordinal))
        {
            using JsonDocument document = JsonDocument.Parse(output);
            Require(HasUniqueNames(document.RootElement), "names of JSON", output);
        }

        if (name.EndsWith("--prometheus", StringComparison.Ordinal))
        {
            string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Require(Array.TrueForAll(lines, line => MetricLine().IsMatch(line)), "line of Prometheus", output);
            Require(
                lines.Select(line => line[..line.LastIndexOf(' ')]).Distinct().Count() == lines.Length,
                "names of Prometheus", output);
        }
    }

    private static bool HasUniqueNames(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().Select(member => member.Name).Distinct().Count()
                == element.EnumerateObject().Count()
            && element.EnumerateObject().All(member => HasUniqueNames(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().All(HasUniqueNames),
        _ => true,
    };

    private static void Require(bool isTrue, string rule, string text)
    {
        if (!isTrue)
        {
            throw new InvalidDataException($"bad {rule}: {text}");
        }
    }

    private static TrialCommand Control(string name, string replies, Func<ControlVerb> make) =>
        new(name, replies, (connection, output) =>
        {
            ControlVerb verb = make();
            verb.CheckArguments();
            return verb.Execute(connection, output);
        });

    private static TrialCommand Service(string name, string replies, Func<ServiceVerb> make) =>
        new(name, replies, (connection, output) =>
        {
            ServiceVerb verb = make();
            verb.CheckArguments();
            FieldList result = new();
            bool isPositive = verb.Execute(connection, result);
            result.Write(output, verb.Json);
            return isPositive;
        });

    /// <summary>One line; letters outside ASCII can stand in a quoted value.</summary>
    [GeneratedRegex(@"\A[^\p{C}\p{Zl}\p{Zp}]{1,400}\z")]
    private static partial Regex ErrorLine();

    /// <summary>Lines; letters outside ASCII can stand in a reason or a path.</summary>
    [GeneratedRegex(@"\A([^\p{C}\p{Zl}\p{Zp}]|\n)*\z")]
    private static partial Regex PrintedText();

    [GeneratedRegex(
        @"\A(# (HELP|TYPE) tlsmgr_[a-z_]+ [A-Za-z0-9 ',.]+|tlsmgr_[a-z_]+(\{" + LabelPattern + "(," + LabelPattern
        + @")*\})? [0-9.]+(E[+-][0-9]+)?)\z")]
    private static partial Regex MetricLine();
}
