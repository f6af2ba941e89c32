using System.Linq;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Tests.Manual;

/// <summary>The manual page tlsmgr(8) documents every parameter that the daemon reads, with its default.</summary>
public sealed class ParameterEntryTests
{
    /// <summary>The remark of a parameter whose default depends on the system.</summary>
    private const string Computed = "see **postconf -d** output";

    private static readonly ManualEntry[] Entries = [.. new ManualSource("TlsMgr.Daemon", "tlsmgr.8.md").Entries
        .Where(entry => entry.Remark.Length > 0)];

    [Fact]
    public void Every_parameter_has_an_entry_and_every_entry_is_read() =>
        Entries.Select(entry => entry.Term).Order().ShouldBe(EffectiveParameters.Names.Order());

    [Fact]
    public void Every_entry_has_the_default() =>
        Entries.Where(entry => entry.Remark != Computed)
            .Where(entry => !EffectiveParameters.IsDefault(
                entry.Term, entry.Remark == "empty" ? "" : entry.Remark.Trim('`')))
            .Select(entry => entry.Term)
            .ShouldBeEmpty();

    [Fact]
    public void Only_defaults_that_depend_on_the_system_refer_to_postconf() =>
        Entries.Where(entry => entry.Remark == Computed).Select(entry => entry.Term)
            .ShouldBe(["config_directory", "mail_version", "myhostname", "mydomain"]);
}
