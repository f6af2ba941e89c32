using System;
using System.Collections.Generic;
using System.Linq;
using Shouldly;
using TlsMgr.Postfix.Config;
using TlsMgr.Postfix.Logging;
using TlsMgr.Testing;
using TlsMgr.Tests.Config;
using Xunit;

namespace TlsMgr.Tests.Manual;

/// <summary>The manual page tlsmgr(8) documents every parameter that the daemon reads, with its default.</summary>
public sealed class ParameterEntryTests
{
    /// <summary>The remark of a parameter whose default depends on the system.</summary>
    private const string Computed = "see **postconf -d** output";

    // Unusual values, so that a default that refers to a parameter differs from the usual value.
    private static readonly string[] UnusualValues = ["data_directory=/elsewhere", "multi_instance_name=another"];

    private static readonly ManualEntry[] Entries = [.. new ManualSource("TlsMgr.Daemon", "tlsmgr.8.md").Entries
        .Where(entry => entry.Remark.Length > 0)];

    [Fact]
    public void Every_parameter_has_an_entry_and_every_entry_is_read() =>
        Entries.Select(entry => entry.Term).Order().ShouldBe(EffectiveValues().Keys.Order());

    [Fact]
    public void Every_entry_has_the_default()
    {
        foreach (ManualEntry entry in Entries.Where(entry => entry.Remark != Computed))
        {
            string[] others = [.. UnusualValues.Where(text => !text.StartsWith(entry.Term, StringComparison.Ordinal))];
            string value = entry.Remark == "empty" ? "" : entry.Remark.Trim('`');

            EffectiveValues([.. others, $"{entry.Term}={value}"])[entry.Term]
                .ShouldBe(EffectiveValues(others)[entry.Term], entry.Term);
        }
    }

    [Fact]
    public void Only_defaults_that_depend_on_the_system_refer_to_postconf() =>
        Entries.Where(entry => entry.Remark == Computed).Select(entry => entry.Term)
            .ShouldBe(["config_directory", "mail_version", "myhostname", "mydomain"]);

    private static Dictionary<string, string> EffectiveValues(params string[] overrides)
    {
        using ScratchDirectory directory = new();
        directory.Write("main.cf", "");
        ProcessDescription process = new(directory.Path, "host.example.com", "tlsmgr", 1, MasterExecutable: null);
        ParameterStore store = ParameterStore.Read(process, new Log());
        DaemonOptions options = DaemonOptions.Parse([.. overrides.SelectMany(text => new[] { "-o", text })]);
        PostfixParameters.Load(store, options, process);
        TlsManagerParameters.Load(store);
        return new Dictionary<string, string>(store.EffectiveValues());
    }
}
