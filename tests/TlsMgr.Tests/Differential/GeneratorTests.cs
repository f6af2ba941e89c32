using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Shouldly;
using TlsMgr.Differential.Fuzz;
using Xunit;

namespace TlsMgr.Tests.Differential;

public sealed class GeneratorTests
{
    private const int Many = 2000;

    [Fact]
    public void The_same_seed_makes_the_same_conversations_and_another_others()
    {
        Text(1, 0).ShouldBe(Text(1, 0));
        Text(2, 0).ShouldNotBe(Text(1, 0));
    }

    [Fact]
    public void All_verbs_cuts_and_kinds_of_wrong_messages_occur()
    {
        Generator generator = new(1, Generator.ReadRecorded());
        Conversation[] all = [.. Enumerable.Range(0, Many).Select(generator.Make)];
        string text = string.Concat(all.Select(one => Encoding.Latin1.GetString(one.LastBytes)));

        foreach (string word in (string[])["seed\0size", "policy\0", "lookup\0", "update\0", "delete\0", "tktkey\0", "extra\0"])
        {
            text.ShouldContain(word);
        }

        all.Count(one => one.Requests.Count > 0).ShouldBeGreaterThan(Many / 2);
        all.Count(one => one.Last.Count > 1).ShouldBeGreaterThan(Many / 20);
        all.Count(one => one.HasMoreThanOneMessage).ShouldBeGreaterThan(0);
        all.Count(one => one.LastBytes.Length > 0 && one.LastBytes[^1] != 0).ShouldBeGreaterThan(0);
        all.Count(one => Message.Decode(one.LastBytes) is { IsWellFormed: true }).ShouldBeGreaterThan(Many / 10);
    }

    [Fact]
    public void Recorded_requests_take_part()
    {
        IReadOnlyList<Message> recorded = Generator.ReadRecorded();

        recorded.Count.ShouldBeGreaterThan(10);
        recorded.ShouldAllBe(message => message.Attributes[0].Name == "request");
    }

    private static string Text(int seed, int number) =>
        string.Join('\n', new Generator(seed, []).Make(number).Lines());
}
