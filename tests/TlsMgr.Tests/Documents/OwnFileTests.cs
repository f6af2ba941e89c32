using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Testing;
using TlsMgr.Tests.Manual;
using Xunit;

namespace TlsMgr.Tests.Documents;

/// <summary>The tlsmgr.cf that is installed has every own parameter, commented out, with its default.</summary>
public sealed class OwnFileTests
{
    private static readonly string[] Lines =
        File.ReadAllLines(Path.Combine(RepositoryRoot.Path, "src", "packaging", "tlsmgr.cf"));

    [Fact]
    public void It_sets_nothing() => Lines.ShouldAllBe(line => line.Length == 0 || line.StartsWith('#'));

    [Fact]
    public void It_has_every_own_parameter_with_its_default()
    {
        // A sentence has a blank behind the sign.
        string[][] settings =
            [.. Lines.Where(line => line.Length > 1 && line[1] != ' ').Select(line => line[1..].Split(" = "))];

        settings.Select(setting => setting[0]).Order().ShouldBe(EffectiveParameters.OwnNames.Order());
        settings.ShouldAllBe(setting => EffectiveParameters.IsDefault(setting[0], setting[1]));
    }
}
