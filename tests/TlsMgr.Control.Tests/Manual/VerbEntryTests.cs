using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using CommandLine;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Control.Tests.Manual;

/// <summary>The manual page tlsmgrctl(1) documents exactly the existing verbs, arguments and options.</summary>
public sealed class VerbEntryTests
{
    private const string Common = "OPTIONS OF EVERY VERB";

    private static readonly ManualSource Page = new("TlsMgr.Control", "tlsmgrctl.1.md");

    private static readonly Type[] Verbs = [.. Assembly.Load("tlsmgrctl").GetTypes()
        .Where(type => type.GetCustomAttribute<VerbAttribute>() is not null)
        .OrderBy(type => type.GetCustomAttribute<VerbAttribute>()!.Name)];

    [Fact]
    public void Every_verb_has_a_section_with_its_arguments()
    {
        Page.Verbs.ShouldBe(Verbs.Select(Heading));
        Verbs.Length.ShouldBeGreaterThan(5);
    }

    [Fact]
    public void Every_option_has_an_entry_and_every_entry_is_an_option()
    {
        foreach (Type verb in Verbs)
        {
            string[] common = [.. Terms(Common)];

            Options(verb).Except(common).Order().ShouldBe(Terms(Heading(verb)).Order(), verb.Name);
        }
    }

    [Fact]
    public void Every_verb_has_the_common_options()
    {
        foreach (Type verb in Verbs)
        {
            Options(verb).ShouldContain("-c DIRECTORY", verb.Name);
            Options(verb).ShouldContain("--json", verb.Name);
        }
    }

    private static IEnumerable<string> Terms(string heading) =>
        Page.Entries.Where(entry => entry.Heading == heading).Select(entry => entry.Term);

    private static string Heading(Type verb)
    {
        IEnumerable<string> arguments = verb.GetProperties()
            .Select(property => (property.PropertyType, Value: property.GetCustomAttribute<ValueAttribute>()!))
            .Where(pair => pair.Value is { Hidden: false }).OrderBy(pair => pair.Value.Index)
            .Select(pair => pair.Value.Required ? $"*{pair.Value.MetaName}*"
                : pair.PropertyType == typeof(string) ? $"[*{pair.Value.MetaName}*]" : $"[*{pair.Value.MetaName}*...]");
        return string.Join(' ', [verb.GetCustomAttribute<VerbAttribute>()!.Name, .. arguments]);
    }

    private static IEnumerable<string> Options(Type verb) => Attributes<OptionAttribute>(verb).Select(Option);

    private static string Option(OptionAttribute option)
    {
        string name = option.LongName.Length > 0 ? $"--{option.LongName}" : $"-{option.ShortName}";
        return $"{name} {option.MetaValue}".TrimEnd();
    }

    private static IEnumerable<T> Attributes<T>(Type verb)
        where T : Attribute =>
        verb.GetProperties().Select(property => property.GetCustomAttribute<T>()).OfType<T>();
}
