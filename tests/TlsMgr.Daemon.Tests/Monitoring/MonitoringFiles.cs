using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Text.RegularExpressions;
using TlsMgr.Testing;

namespace TlsMgr.Daemon.Tests.Monitoring;

/// <summary>The files for monitoring that the package installs.</summary>
internal static partial class MonitoringFiles
{
    /// <summary>The alert rules.</summary>
    internal static string Rules => Of("tlsmgr.rules.yml");

    /// <summary>The cases of the alert rules.</summary>
    internal static string RuleCases => Path.Combine(
        RepositoryRoot.Path, "tests", "TlsMgr.Daemon.Tests", "Monitoring", "tlsmgr.rules.test.yml");

    /// <summary>The dashboard.</summary>
    internal static string Dashboard => Of("tlsmgr-dashboard.json");

    /// <summary>The expressions of the alert rules, by the names of the alerts.</summary>
    internal static KeyValuePair<string, string>[] AlertExpressions =>
        [.. Alert().Matches(File.ReadAllText(Rules)).Select(static match =>
            new KeyValuePair<string, string>(match.Groups["name"].Value, match.Groups["expression"].Value))];

    /// <summary>The expressions of the dashboard, with values in place of its variables.</summary>
    internal static KeyValuePair<string, string>[] DashboardExpressions
    {
        get
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Dashboard));
            return
            [
                .. document.RootElement.GetProperty("panels").EnumerateArray().SelectMany(static panel =>
                    panel.GetProperty("targets").EnumerateArray().Select(target => new KeyValuePair<string, string>(
                        panel.GetProperty("title").GetString()!,
                        target.GetProperty("expr").GetString()!.Replace("$__rate_interval", "5m").Replace("$host", ".*")
                            .Replace("$postfix", ".*")))),
            ];
        }
    }

    /// <summary>A file of src/packaging/monitoring.</summary>
    internal static string Of(string name) =>
        Path.Combine(RepositoryRoot.Path, "src", "packaging", "monitoring", name);

    [GeneratedRegex(@"- alert: (?<name>\w+)\n +expr: (?<expression>.+)\n")]
    private static partial Regex Alert();
}
