// Robustness of the expansion: arbitrary values, endless recursion and very long texts, which the recordings lack.

using System;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using TlsMgr.Postfix.Config;
using TlsMgr.Postfix.Logging;
using Xunit;

namespace TlsMgr.Tests.Config;

public sealed class MacroExpansionTests
{
    [Fact]
    public void Any_value_expands_or_is_a_fatal_fault_with_a_warning_before_it()
    {
        string[] pieces =
        [
            "$", "$$", "${", "}", "$(", ")", "{", "a", "$a", "${b}", "?", ":", " ", "==", "<", "<=level",
            "{1}", "{3.6}", "${{1} == {1} ?", "${a?{", "x", "\u00e9", "99999999999999999999", "$loop",
        ];
        Gen<string> values = Gen.Elements(pieces).ListOf().Select(items => string.Concat(items));

        Prop.ForAll(values.ToArbitrary(), value =>
        {
            using ScratchDirectory directory = new();
            directory.Write("main.cf", $"a = 1\nb = ${{a?{{y}}}}\nloop = $loop\nvalue = {value}\n");
            Log log = RecordingLogTarget.Open(out RecordingLogTarget target);
            ParameterStore store = ParameterStore.Read(new(directory.Path, "vm", "tlsmgr", 1, ""), log);
            try
            {
                store.Expand("value");
                return target.Lines.Count == 0;
            }
            catch (FatalException fault)
            {
                return target.Lines.Count > 0 || fault.Message.StartsWith("mac_exp_eval: ", StringComparison.Ordinal);
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_comparison_that_refers_to_itself_is_a_fault_and_does_not_overflow_the_stack()
    {
        using ScratchDirectory directory = new();
        directory.Write("main.cf", "a = ${{$a} == {$a} ? {$a} : {$a}}$a\n");
        Log log = RecordingLogTarget.Open(out RecordingLogTarget target);
        ParameterStore store = ParameterStore.Read(new(directory.Path, "vm", "tlsmgr", 1, ""), log);

        Should.Throw<FatalException>(() => store.Expand("a")).Message
            .ShouldBe("dictionary mail_dict: macro processing error");
        target.Lines.ShouldContain(line => line.Contains("unreasonable macro call nesting"));
    }

    [Fact]
    public void A_reference_after_a_hundred_thousand_bytes_is_expanded()
    {
        using ScratchDirectory directory = new();
        string filler = string.Concat(Enumerable.Repeat("${x?{y}}z", 11_000));
        directory.Write("main.cf", $"end = e\nvalue = {filler}$end");
        ParameterStore store = ParameterStore.Read(new(directory.Path, "vm", "tlsmgr", 1, ""), new Log());

        store.Expand("value").ShouldBe(new string('z', 11_000) + "e");
    }
}
