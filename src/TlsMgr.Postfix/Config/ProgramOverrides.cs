// What the command line of any Postfix daemon in master.cf overrides: -o in all its forms, and -n. Must never be
// stricter than the daemons: an option that is unknown here is passed over.

using System.Collections.Generic;

namespace TlsMgr.Postfix.Config;

/// <summary>The overrides of one entry of master.cf.</summary>
public sealed class ProgramOverrides
{
    // The options of the single, multi, event and trigger servers; the rest are flags.
    private const string Valued = "imnorst";

    private readonly List<KeyValuePair<string, string>> _values = [];
    private readonly List<string> _faulty = [];

    /// <summary>Reads the overrides of an entry.</summary>
    /// <param name="entry">The entry.</param>
    public ProgramOverrides(MasterCfEntry entry)
    {
        ServiceName = entry.Service;
        OptionScanner scanner = new(entry.Arguments, "", Valued);
        while (scanner.Next())
        {
            Take(scanner.Letter, scanner.Value);
        }
    }

    /// <summary>The parameters that it sets, in their order; of several with one name the last wins.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Values => _values;

    /// <summary>The texts behind <c>-o</c> that are no <c>name=value</c>: the daemon ends with them.</summary>
    public IReadOnlyList<string> Faulty => _faulty;

    /// <summary>The name that <c>$service_name</c> has: <c>-n</c>, and without it that of the entry.</summary>
    public string ServiceName { get; private set; }

    private void Take(char letter, string value)
    {
        if (letter == 'n')
        {
            ServiceName = value;
        }
        else if (letter == 'o')
        {
            if (NameValueText.Split(value, out string name, out string text) is null)
            {
                _values.Add(new(name, text));
            }
            else
            {
                _faulty.Add(value);
            }
        }
    }
}
