using System.Collections.Generic;
using System.Linq;
using CommandLine;
using TlsMgr.Control.Output;

namespace TlsMgr.Control.Help;

/// <summary>Describes a fault of the command line in one line.</summary>
internal static class CommandLineFault
{
    private const string Help = "--help";

    /// <summary>No verb.</summary>
    internal static string NoVerb => $"no verb -- see {HelpPage.ProgramName} {Help}";

    /// <summary>A verb that does not exist.</summary>
    internal static string UnknownVerb(string name) => name.StartsWith('-')
        ? $"option {name} stands before the verb -- see {HelpPage.ProgramName} {Help}"
        : $"unknown verb {name}{Suggestion.For(name, VerbList.Names)} -- see {HelpPage.ProgramName} {Help}";

    /// <summary>An argument behind the last one of a verb.</summary>
    internal static string Surplus(VerbHelp verb, string argument) =>
        Line(verb, $"argument {argument} is one too many");

    /// <summary>An argument behind the last one of a word that stands in the place of a verb.</summary>
    internal static string Surplus(string word, string argument) =>
        $"{word}: argument {argument} is one too many -- see {HelpPage.ProgramName} {Help}";

    /// <summary>The first error that the parser reports of a verb's options and arguments.</summary>
    internal static string Of(VerbHelp verb, IEnumerable<Error> errors) => Line(verb, errors.First() switch
    {
        UnknownOptionError error => Unknown(verb, error.Token),
        MissingValueOptionError error => $"option {Dashed(error.NameInfo)} needs a value",
        MissingRequiredOptionError => $"an argument is missing: {HelpPage.Usage(verb)}",
        SequenceOutOfRangeError error => $"option {Dashed(error.NameInfo)} is given once, with one value",
        RepeatedOptionError error => $"option {Dashed(error.NameInfo)} is given twice",
        BadFormatTokenError error => $"bad option {error.Token}",
        NamedError error => $"option {Dashed(error.NameInfo)} has a bad value",
        { } error => $"{error.Tag}",
    });

    private static string Unknown(VerbHelp verb, string name)
    {
        string option = Dashed(name);
        IEnumerable<string> known = verb.Options.Select(static entry => entry.Name.Split(' ')[0])
            .Where(static name => name.Length > 2);
        return $"unknown option {option}{Suggestion.For(option, known)}";
    }

    private static string Dashed(NameInfo name) => Dashed(name.LongName.Length > 0 ? name.LongName : name.ShortName);

    private static string Dashed(string name) => name.Length == 1 ? $"-{name}" : $"--{name}";

    private static string Line(VerbHelp verb, string text) =>
        $"{verb.Name}: {text} -- see {HelpPage.ProgramName} {verb.Name} {Help}";
}
