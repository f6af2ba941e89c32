using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json;
using Shouldly;
using TlsMgr.Daemon.Tests.Control;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests;

/// <summary>The published tlsmgrctl config, compared with the installed postconf.</summary>
public sealed class ControlConfigTests
{
    private const string Warning = ": warning: ";

    // postconf accepts these files; tlsmgr refuses them.
    private static readonly string[] Refused = ["loops.cf", "times-refused.cf", "overrides.cf"];

    public static TheoryData<string> GoodFiles() => [.. ConfigCorpus.Names.Except(Refused)];

    [Theory]
    [MemberData(nameof(GoodFiles))]
    public void Output_and_warnings_are_those_of_postconf(string file)
    {
        using ConfigCorpus corpus = ConfigCorpus.Open(file);
        string[] names = [.. Config(corpus).Lines.Select(Name).Where(Postconf.BuiltInNames.Contains)];
        names.Length.ShouldBeGreaterThan(35);
        foreach (string options in new[] { "-x", "-xh", "-xn" })
        {
            CommandOutput ours = Config(corpus, [options, .. names]);
            CommandOutput expected = Postconf.Run([.. corpus.Options, options, .. names]);

            ours.Output.ShouldBe(expected.Output);
            Warnings(ours).ShouldBe(Warnings(expected));
        }

    }

    [Fact]
    public void Output_matches_the_approved_text()
    {
        using ConfigCorpus corpus = new(Encoding.UTF8.GetBytes(
            "myhostname = mx.example.org\nmail_version = 3.7.11\ntlsmgr_cache = yes\n"
            + "smtpd_tls_session_cache_database = btree:$data_directory/smtpd\nmail_name =  two  words\n"));
        string printed = "";
        foreach (string line in new[]
        {
            "config", "config -n", "config -n --json", "config -h -o max_use=3 max_use mail_name", "config nosuch",
        })
        {
            CommandOutput output = Config(corpus, line.Split(' ')[1..]);
            printed += $"$ tlsmgrctl {line}; echo $?\n{output.Output}{output.Errors}{output.Status}\n";
        }

        ControlRig.ShouldBeApproved(
            printed.Replace(corpus.Directory, "DIR", StringComparison.Ordinal), "config.approved.txt");
    }

    [Fact]
    public void Help_of_a_verb_is_the_same_as_its_option() =>
        Control("help", "config").ShouldBe(Control("config", "--help"));

    [Fact]
    public void Json_keeps_values_unchanged()
    {
        using ConfigCorpus corpus = new(Encoding.UTF8.GetBytes("mail_name = a  \"b\\\\\t\u00e9<\nmydomain = x.y\n"));

        CommandOutput output = Config(corpus, "--json", "-n");

        Dictionary<string, string> values = JsonSerializer.Deserialize<Dictionary<string, string>>(output.Output)!;
        values["mail_name"].ShouldBe("a  \"b\\\\\t\u00e9<");
        values.Keys.ShouldBe(["config_directory", "mail_name", "mydomain"]);
    }

    [Fact]
    public void Json_has_a_repeated_name_once()
    {
        using ConfigCorpus corpus = new([]);

        Config(corpus, "--json", "max_use", "max_use").Output.Split("\"max_use\"").Length.ShouldBe(2);
    }

    [Fact]
    public void Each_o_takes_one_word_and_names_may_follow()
    {
        using ConfigCorpus corpus = new([]);

        string[] overrides = ["-o", "max_use=3", "-oipc_timeout=5s", "-h", "-o", "mail_name=o"];
        Config(corpus, [.. overrides, "mail_name", "max_use"]).ShouldBe(new CommandOutput(0, "o\n3\n", ""));
        CommandOutput unknown = Config(corpus, "-o", "max_use=3", "nosuch", "max_use", "max_use");
        unknown.ShouldBe(new CommandOutput(
            0, "max_use = 3\nmax_use = 3\n", "tlsmgrctl: warning: nosuch: unknown parameter\n"));
    }

    [Fact]
    public void Unknown_names_with_our_prefix_are_warned_of_except_the_one_that_clients_read()
    {
        using ConfigCorpus corpus = new(Encoding.UTF8.GetBytes("tlsmgr_service_name = a\ntlsmgr_servicename = b\n"));

        Config(corpus, "max_use").ShouldBe(new CommandOutput(
            0, "max_use = 100\n",
            $"tlsmgrctl: warning: {corpus.Directory}/main.cf: unused parameter: tlsmgr_servicename=b\n"));
    }

    [Theory]
    [InlineData("tls_random_bytes = 1x", "bad numerical configuration: tls_random_bytes = 1x")]
    [InlineData("ipc_timeout = 0", "invalid ipc_timeout: 0 (min 1)")]
    [InlineData("mail_owner = root", "file DIR/main.cf: parameter mail_owner: user root has privileged user ID")]
    [InlineData("nonsense", "DIR/main.cf, line 1: missing '=' after attribute name: \"nonsense\"")]
    public void A_value_that_the_daemon_refuses_is_reported_in_its_words_with_status_2(string mainCf, string fault)
    {
        using ConfigCorpus corpus = new(Encoding.UTF8.GetBytes(mainCf + "\n"));

        string expected = fault.Replace("DIR", corpus.Directory, StringComparison.Ordinal);
        Config(corpus).ShouldBe(new CommandOutput(2, "", $"tlsmgrctl: fatal: {expected}\n"));
    }

    [Theory]
    [InlineData]
    [InlineData("bogus")]
    [InlineData("help", "bogus")]
    [InlineData("config", "--bogus")]
    [InlineData("config", "-q")]
    [InlineData("config", "-c")]
    [InlineData("config", "-c", "-n")]
    [InlineData("config", "-o")]
    public void A_wrong_command_line_is_told_in_one_line_with_status_2(params string[] arguments) =>
        CommandLineTests.ShouldBeRefused(Control(arguments));

    [Theory]
    [InlineData("--help")]
    [InlineData("help")]
    [InlineData("config", "--help")]
    [InlineData("help", "config")]
    public void Requested_help_is_printed_to_standard_output_with_status_0(params string[] arguments)
    {
        CommandOutput output = Control(arguments);

        (output.Status, output.Errors).ShouldBe((0, ""));
        output.Output.ShouldStartWith("Usage: tlsmgrctl ");
    }

    private static CommandOutput Control(params string[] arguments) =>
        CommandOutput.Of(PublishedBinary.Control, arguments);

    private static CommandOutput Config(ConfigCorpus corpus, params string[] arguments) =>
        Control(["config", .. corpus.Options, .. arguments]);

    private static string Name(string line) => line.Split(' ')[0];

    // Warnings about main.cf, and about parameters with our prefix. postconf repeats some of them.
    private static IEnumerable<string> Warnings(CommandOutput output) => output.Errors.Split('\n')
        .Where(line => line.Contains("overriding", StringComparison.Ordinal)
            || line.Contains("logical line", StringComparison.Ordinal)
            || line.Contains("unused parameter: tlsmgr_", StringComparison.Ordinal))
        .Select(line => line[line.IndexOf(Warning, StringComparison.Ordinal)..])
        .Distinct().Order(StringComparer.Ordinal);
}
