using System;
using System.Text;
using Shouldly;
using TlsMgr.Tickets.Pool;
using Xunit;

namespace TlsMgr.Tests.Tickets.Pool;

/// <summary>Lines that are no export, or a damaged one: each is refused with a reason.</summary>
public sealed class PoolExportTests
{
    private const long Now = 1_800_000_000;

    [Fact]
    public void An_export_is_read_with_each_end_of_line()
    {
        string line = Export();

        foreach (string end in new[] { "", "\n", "\r\n" })
        {
            Read(line + end, out string fault).ShouldBe("example 1800 1", fault);
        }
    }

    [Fact]
    public void An_export_that_is_cut_short_anywhere_is_refused()
    {
        string line = Export();

        for (int length = 0; length < line.Length; length++)
        {
            Read(line[..length], out string fault).ShouldBeNull($"{length}");
            fault.ShouldNotBeEmpty();
        }
    }

    [Fact]
    public void An_export_with_another_character_anywhere_is_refused()
    {
        string line = Export();

        for (int index = 0; index < line.Length; index++)
        {
            char other = line[index] == 'A' ? 'B' : 'A';
            Read($"{line[..index]}{other}{line[(index + 1)..]}", out string fault).ShouldBeNull($"{index}");
            fault.ShouldNotBeEmpty();
        }
    }

    [Theory]
    [InlineData("", "there is no text")]
    [InlineData("\n", "there is no text")]
    [InlineData("hello", "it does not begin as an export of a pool")]
    [InlineData("tlsmgr-pool/2 example AAAA", "it is of another version of TlsMgr")]
    [InlineData("tlsmgr-pool/1 example", "it does not begin as an export of a pool")]
    [InlineData("tlsmgr-pool/1 example ", "it is cut short or damaged")]
    [InlineData("tlsmgr-pool/1 example ====", "it is cut short or damaged")]
    public void Other_texts_are_refused(string text, string reason)
    {
        Read(text, out string fault).ShouldBeNull();

        fault.ShouldBe(reason);
    }

    [Fact]
    public void Two_lines_and_a_line_that_is_too_long_are_refused()
    {
        string line = Export();

        Read($"{line}\n{line}\n", out string doubled).ShouldBeNull();
        Read($"{line}{line}", out string joined).ShouldBeNull();
        Read(new string('x', PoolExport.MaximumLength + 1), out string tooLong).ShouldBeNull();

        doubled.ShouldBe("there is more than one line");
        joined.ShouldNotBeEmpty();
        tooLong.ShouldBe("the line is too long");
    }

    private static string Export()
    {
        using PoolState state = PoolState.Make("example", new PoolPeriods(1800, 300), new PoolClockMark(Now, 1, 1))!;
        Span<byte> line = stackalloc byte[PoolExport.MaximumLength];
        return Encoding.ASCII.GetString(line[..PoolExport.Write(state, line)]);
    }

    private static string? Read(string text, out string fault)
    {
        using PoolState? state = PoolExport.TryRead(Encoding.ASCII.GetBytes(text), out fault);
        return state is null ? null : $"{state.Name} {state.PeriodSeconds} {state.Newest.Generation}";
    }
}
