using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Shouldly;
using TlsMgr.Postfix.Server;
using TlsMgr.Testing;
using TlsMgr.Tests.Requests;
using TlsMgr.Tests.Server;
using Xunit;

namespace TlsMgr.Tests.Replay;

/// <summary>
/// Replays every case of the wire recording against the service in this process, in the recorded order:
/// the same replies, the same log, the same end of the connection, except for <see cref="WireDifferences"/>.
/// </summary>
public sealed class WireReplayTests
{
    private static readonly IReadOnlyList<WireCase> Cases =
        WireRecording.Read(RepositoryRoot.Fixture("wire", "wire-3.7.txt"));

    [Fact]
    public void The_service_replies_and_logs_as_recorded()
    {
        using ServiceRig rig = new();
        rig.TakeRecords();
        int played = 0;
        foreach (WireCase wireCase in Cases.Where(wireCase => wireCase.IsReplayable))
        {
            WireDifferences.Apply(wireCase);
            if (wireCase.Title == "tktkey known name")
            {
                // The recorded request names the recorded daemon's key; this one names the key of this process.
                byte[] name = rig.Keys.GetCurrent()!.Name.ToArray();
                byte[] request = [.. "request\0tktkey\0keyname\0"u8, .. Encoding.ASCII.GetBytes(Convert.ToBase64String(name))];
                wireCase.Steps[0] = new WireStep([.. request, 0, 0], ThenCloses: false);
            }

            using ScriptedClient client = rig.Connect();
            string replies = string.Concat(wireCase.Steps.Select(step => Play(client, step)));
            WireRecording.Mask(replies).ShouldBe(WireRecording.Mask(wireCase.Replies), wireCase.Title);
            rig.TakeRecords().Select(WireRecording.Mask).ShouldBe(wireCase.Log.Select(WireRecording.Mask), wireCase.Title);
            (client.Conversation.State == ConversationState.Ended).ShouldBe(wireCase.ServerCloses, wireCase.Title);
            played++;
        }

        played.ShouldBe(142);
    }

    [Fact]
    public void Every_difference_is_a_case_of_the_recording()
    {
        WireDifferences.Titles.Except(Cases.Select(wireCase => wireCase.Title)).ShouldBeEmpty();
    }

    [Fact]
    public void The_greeting_is_the_recorded_one()
    {
        using ServiceRig rig = new();
        using ScriptedClient client = rig.Connect();
        client.Conversation.Greet();

        WireRecording.Escape(client.TakeBytes()).ShouldBe(Cases[0].Replies);
    }

    private static string Play(ScriptedClient client, WireStep step)
    {
        byte[] received = client.SendBytes(step.Bytes);
        return WireRecording.Escape([.. received, .. step.ThenCloses ? client.CloseBytes() : []]);
    }
}
