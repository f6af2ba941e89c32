using System;
using System.Globalization;
using System.Linq;
using Shouldly;
using Xunit;

namespace TlsMgr.Control.Tests.Client;

/// <summary>
/// Every verb with replies that a hostile program could send. SEED and REPLIES in the environment choose others and more.
/// </summary>
public sealed class MutatedReplyTests
{
    public static TheoryData<string> Commands => [.. ReplyTrial.Commands.Select(command => command.Name)];

    [Theory]
    [MemberData(nameof(Commands))]
    public void The_replies_that_are_mutated_are_accepted(string name)
    {
        TrialCommand command = Array.Find(ReplyTrial.Commands, command => command.Name == name)!;

        ReplyTrial.Run(command, new ScriptedTransport(ScriptedTransport.Wire(command.Replies))).ShouldBeTrue();
    }

    [Fact]
    public void A_mutated_reply_leads_to_checked_output_or_to_one_line_of_error()
    {
        int count = ReadNumber("REPLIES", 20_000);
        ReplyMutator mutator = new(ReadNumber("SEED", 1));
        int accepted = 0;
        for (int i = 0; i < count; i++)
        {
            byte[] input = mutator.Next();
            try
            {
                accepted += ReplyTrial.Run(input) ? 1 : 0;
            }
            catch (Exception fault)
            {
                throw new InvalidOperationException($"reply {i}: {ReplyMutator.Describe(input)}", fault);
            }
        }

        // Both ways are taken often: the test sees output as well as errors.
        accepted.ShouldBeInRange(count / 10, count * 9 / 10);
    }

    private static int ReadNumber(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : otherwise;
}
