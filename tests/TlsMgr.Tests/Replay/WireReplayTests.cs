using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Shouldly;
using TlsMgr.Postfix.Process;
using TlsMgr.Testing;
using TlsMgr.Tests.Process;
using TlsMgr.Tests.Requests;
using Xunit;

namespace TlsMgr.Tests.Replay;

/// <summary>
/// Every case of the wire recording against the service in this process, in the order in which the real daemon saw them:
/// the same replies, the same log, the same end of the connection. What differs on purpose stands in one table.
/// </summary>
public sealed class WireReplayTests
{
    private const string Policy = @"status\x000\x00cachable\x001\x00timeout\x003600\x00\x00";
    private const string SmtpPolicy = @"status\x000\x00cachable\x001\x00timeout\x00120\x00\x00";
    private const string Bare = @"status\x004294967294\x00\x00";
    private const string NoSeed = @"status\x004294967294\x00seed\x00\x00\x00";

    /// <summary>Where we differ from the recording, and what we do instead; the reasons stand in compat/QUIRKS.md.</summary>
    private static readonly Dictionary<string, Action<WireCase>> Differences = new()
    {
        // Never what a buffer still held of another reply.
        ["seed size='0x10'"] = ours => ours.Replies = NoSeed,
        ["seed size='32 '"] = ours => ours.Replies = NoSeed,

        // Cache ids are bytes.
        ["non-ascii cache_id update"] = ours => ours.Log.RemoveAt(2),
        ["non-ascii cache_id lookup"] = ours =>
        {
            ours.Replies = @"status\x000\x00session\x00bmE=\x00\x00";
            ours.Log[1] = "read smtpd TLS cache entry caf\u00e9???: time=T [data 2 bytes]";
        },

        // Everything that arrives is answered, in order.
        ["empty attribute list + good request in one write"] = ours => ours.Replies += Policy,
        ["4 NULs"] = ours =>
        {
            ours.Replies += Bare;
            ours.Log.Add(ours.Log[0]);
        },
        ["pipelined 3 in one write"] = ours =>
            ours.Replies = Policy + @"status\x000\x00seed\x00<8 characters>\x00\x00" + SmtpPolicy,
        ["binary garbage with NULs"] = ours =>
        {
            ours.Replies += Bare;
            ours.Log.Add(ours.Log[0]);
        },

        // Two bytes may be the start of a request.
        ["request policy sent as \"re\" + rest (first 2 bytes alone)"] = ours => ours.Replies = Policy,

        // A message is looked at when it is whole.
        ["3 bytes W NUL NUL"] = ours =>
        {
            ours.Replies = "";
            ours.Log.Clear();
        },
    };

    private static readonly IReadOnlyList<WireCase> Cases =
        WireRecording.Read(RepositoryRoot.Fixture("wire", "wire-3.7.txt"));

    [Fact]
    public void The_service_answers_and_logs_what_the_original_did()
    {
        using ServiceRig rig = new();
        rig.TakeRecords();
        int played = 0;
        foreach (WireCase wireCase in Cases.Where(IsPlayable))
        {
            if (Differences.TryGetValue(wireCase.Title, out Action<WireCase>? adapt))
            {
                adapt(wireCase);
            }

            if (wireCase.Title == "tktkey known name")
            {
                // The recorded name is that of the recorded daemon's key.
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

        played.ShouldBe(135);
    }

    [Fact]
    public void Every_difference_is_a_case_of_the_recording()
    {
        Differences.Keys.Except(Cases.Select(wireCase => wireCase.Title)).ShouldBeEmpty();
    }

    [Fact]
    public void The_greeting_is_the_recorded_one()
    {
        using ServiceRig rig = new();
        using ScriptedClient client = rig.Connect();
        client.Conversation.Greet();

        WireRecording.Escape(client.TakeBytes()).ShouldBe(Cases[0].Replies);
    }

    /// <summary>
    /// Whether the recording holds all bytes. Lookups of long ids follow updates that it holds only in part.
    /// </summary>
    private static bool IsPlayable(WireCase wireCase) => wireCase.IsComplete && wireCase.Steps.Count > 0
        && !wireCase.Title.StartsWith("lookup cache_id", StringComparison.Ordinal);

    private static string Play(ScriptedClient client, WireStep step)
    {
        byte[] said = client.SayBytes(step.Bytes);
        return WireRecording.Escape([.. said, .. step.ThenCloses ? client.CloseBytes() : []]);
    }
}
