using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using Shouldly;
using TlsMgr.Tests.Manual;
using Xunit;

namespace TlsMgr.Tests.Documents;

/// <summary>docs/configuration.md has one row for every parameter that the daemon reads, with its default.</summary>
public sealed partial class ParameterRowTests
{
    private const int Columns = 3;

    private static readonly string[] Computed = ["config_directory", "mail_version", "mydomain", "myhostname"];

    private static IEnumerable<string[]> Rows =>
        Document.Read("docs/configuration.md").Rows.Where(row => Parameter().IsMatch(row[0]));

    [Fact]
    public void Every_parameter_has_one_row() =>
        Rows.Select(row => row[0].Trim('`')).Order().ShouldBe(EffectiveParameters.Names.Order());

    [Fact]
    public void Every_row_has_the_default()
    {
        Rows.Where(row => row.Length != Columns).Select(row => row[0]).ShouldBeEmpty();
        Rows.Where(row => row[1] != "computed")
            .Where(row => !EffectiveParameters.IsDefault(
                row[0].Trim('`'), row[1] == "empty" ? "" : row[1].Trim('`')))
            .Select(row => row[0]).ShouldBeEmpty();
        Rows.Where(row => row[1] == "computed").Select(row => row[0].Trim('`')).Order().ShouldBe(Computed);
    }

    [GeneratedRegex("^`[A-Za-z_]+`$")]
    private static partial Regex Parameter();
}
