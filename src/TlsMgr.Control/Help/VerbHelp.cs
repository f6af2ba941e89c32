using System;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using System.Reflection;
using CommandLine;
using TlsMgr.Control.Verbs;

namespace TlsMgr.Control.Help;

/// <summary>What the help says of a verb.</summary>
/// <param name="Type">The class of the verb.</param>
/// <param name="Name">Its name.</param>
/// <param name="Text">A sentence.</param>
/// <param name="Arguments">Its arguments, in their order.</param>
/// <param name="Options">Its options; those of every verb stand last.</param>
internal sealed record VerbHelp(Type Type, string Name, string Text, HelpEntry[] Arguments, HelpEntry[] Options)
{
    /// <summary>The options of every verb that the parser does not know.</summary>
    private static readonly HelpEntry[] Common =
        [new("--help", "Show this help."), new("--version", "Show the version, and that of the LMDB inside.")];

    /// <summary>Reads the attributes of a verb.</summary>
    internal static VerbHelp Of<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.All)] T>()
        where T : Verb
    {
        VerbAttribute verb = typeof(T).GetCustomAttribute<VerbAttribute>()!;
        PropertyInfo[] properties = typeof(T).GetProperties();
        return new VerbHelp(
            typeof(T), verb.Name, verb.HelpText,
            [
                .. properties
                    .Select(static property => (property, value: property.GetCustomAttribute<ValueAttribute>()!))
                    .Where(static pair => pair.value is { Hidden: false }).OrderBy(static pair => pair.value.Index)
                    .Select(static pair => new HelpEntry(ArgumentName(pair.property, pair.value), pair.value.HelpText)),
            ],
            [
                .. properties.Select(static property => property.GetCustomAttribute<OptionAttribute>())
                    .OfType<OptionAttribute>()
                    .Select(static option =>
                        new HelpEntry($"{Dashed(option)} {option.MetaValue}".TrimEnd(), option.HelpText)),
                .. Common,
            ]);
    }

    private static string ArgumentName(PropertyInfo property, ValueAttribute value) =>
        value.Required ? value.MetaName
        : property.PropertyType == typeof(string) ? $"[{value.MetaName}]"
        : $"[{value.MetaName}...]";

    private static string Dashed(OptionAttribute option) =>
        option.LongName.Length > 0 ? $"--{option.LongName}" : $"-{option.ShortName}";
}
