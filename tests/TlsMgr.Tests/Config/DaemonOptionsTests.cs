using System;
using System.Collections.Generic;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using TlsMgr.Postfix.Config;
using Xunit;

namespace TlsMgr.Tests.Config;

public sealed class DaemonOptionsTests
{
    [Fact]
    public void The_options_of_master_are_parsed()
    {
        DaemonOptions options = DaemonOptions.Parse(["-l", "-t", "unix", "-u", "-c"]);

        options.Fault.ShouldBeNull();
        options.HasProcessLimitOne.ShouldBeTrue();
        options.Transport.ShouldBe("unix");
        options.DropsPrivileges.ShouldBeTrue();
        options.ChangesRoot.ShouldBeTrue();
        options.SocketCount.ShouldBe(1);
        options.ServiceName.ShouldBeNull();
        options.UnexpectedArgument.ShouldBeNull();
    }

    [Fact]
    public void Letters_may_be_combined_and_values_attached()
    {
        DaemonOptions options = DaemonOptions.Parse(["-vlvS", "-tunix", "-dDzVncache", "-s", " 3x", "-oa=b=c"]);

        options.Fault.ShouldBeNull();
        options.Verbosity.ShouldBe(2);
        (options.HasProcessLimitOne && options.ServesStandardInput).ShouldBeTrue();
        (options.RunsDebugger && options.LogsToStandardError).ShouldBeTrue();
        options.Transport.ShouldBe("unix");
        options.ServiceName.ShouldBe("cache");
        options.SocketCount.ShouldBe(3);
        options.Overrides.ShouldBe([new("a", "b=c")]);
    }

    [Fact]
    public void Overrides_of_all_letters_keep_their_order()
    {
        DaemonOptions.Parse(["-i", "5m", "-o", " max_idle =  6m ", "-m7"]).Overrides
            .ShouldBe([new("max_idle", "5m"), new("max_idle", "6m"), new("max_use", "7")]);
    }

    [Theory]
    [InlineData("foo -S", "foo")]
    [InlineData("-- -S", "-S")]
    [InlineData("- -S", "-")]
    public void Options_end_at_the_first_positional_argument(string line, string argument)
    {
        DaemonOptions options = DaemonOptions.Parse(line.Split(' '));

        options.UnexpectedArgument.ShouldBe(argument);
        options.ServesStandardInput.ShouldBeFalse();
    }

    [Fact]
    public void Options_before_a_fault_are_in_force_and_later_ones_are_not()
    {
        DaemonOptions options = DaemonOptions.Parse(["-V", "-Z", "-v"]);

        options.Fault.ShouldBe("invalid option: Z");
        options.LogsToStandardError.ShouldBeTrue();
        options.Verbosity.ShouldBe(0);
    }

    [Fact]
    public void Any_command_line_yields_options_or_a_fault()
    {
        string[] pieces =
            ["-", "--", "-S", "-o", "a=b", "-o=", "-s", "4", "-tvl", "-n", "", "x", "-\u00e9", "-vV", " "];
        Gen<List<string>> lines = Gen.Elements(pieces).ListOf().Select(items => items.ToList());

        Prop.ForAll(lines.ToArbitrary(), line =>
        {
            DaemonOptions options = DaemonOptions.Parse(line);
            bool isCountBad = options.Fault?.StartsWith("invalid socket", StringComparison.Ordinal) ?? false;
            return options.SocketCount > 0 != isCountBad
                && (options.UnexpectedArgument is null || line.Contains(options.UnexpectedArgument));
        }).QuickCheckThrowOnFailure();
    }
}
