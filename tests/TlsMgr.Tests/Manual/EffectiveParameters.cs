// The parameters that the daemon reads, as documents are compared with them.

using System.Collections.Generic;
using System.Linq;
using TlsMgr.Postfix.Config;
using TlsMgr.Postfix.Logging;
using TlsMgr.Tests.Config;

namespace TlsMgr.Tests.Manual;

/// <summary>The values of all parameters of tlsmgr(8) with an empty main.cf.</summary>
internal static class EffectiveParameters
{
    // Unusual values, so that a default that refers to a parameter differs from the usual value.
    private static readonly string[] UnusualValues = ["data_directory=/elsewhere", "multi_instance_name=another"];

    /// <summary>The names of all parameters.</summary>
    internal static IEnumerable<string> Names => Values(Load()).Keys;

    /// <summary>The names of those that Postfix does not have.</summary>
    internal static IEnumerable<string> OwnNames => Load().OwnNames;

    /// <summary>Whether a text is the default of a parameter: set or not set, the value is the same.</summary>
    internal static bool IsDefault(string parameter, string text)
    {
        string[] others = [.. UnusualValues.Where(one => !one.StartsWith(parameter + "=", System.StringComparison.Ordinal))];
        return Values(Load([.. others, $"{parameter}={text}"]))[parameter] == Values(Load(others))[parameter];
    }

    private static Dictionary<string, string> Values(ParameterStore store) => new(store.EffectiveValues());

    private static ParameterStore Load(params string[] overrides)
    {
        using ScratchDirectory directory = new();
        directory.Write("main.cf", "");
        ProcessDescription process = new(directory.Path, "host.example.com", "tlsmgr", 1, MasterExecutable: null);
        ParameterStore store = ParameterStore.Read(process, new Log());
        DaemonOptions options = DaemonOptions.Parse([.. overrides.SelectMany(text => new[] { "-o", text })]);
        PostfixParameters.Load(store, options, process);
        TlsManagerParameters.Load(store);
        return store;
    }
}
