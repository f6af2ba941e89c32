using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Sharing;
using Xunit;

namespace TlsMgr.Tests.Sharing;

/// <summary>
/// Stores and removals in any order, confirmed in any order, with removals that fail and connections that are lost: in
/// the end the server holds what was last stored, and nothing that was removed.
/// </summary>
public sealed class ChangeOrderTests : IDisposable
{
    private const int Ids = 3;
    private const int Orders = 40;
    private const int Steps = 60;

    private readonly string _directory = Directory.CreateTempSubdirectory("tlsmgr-pool-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void The_last_change_of_an_id_holds()
    {
        for (int seed = 0; seed < Orders; seed++)
        {
            System.Random random = new(seed);
            Check([.. Enumerable.Range(0, random.Next(Steps)).Select(_ => random.Next())]);
        }
    }

    private void Check(int[] steps)
    {
        Dictionary<string, byte[]> server = [];
        string state = SharingHost.NewState(_directory);
        using SharingHost host = new SharingHost(server, state).Connected();
        using SharingHost reader = new SharingHost(server, SharingHost.Copy(state)).Connected();
        string?[] expected = new string?[Ids];
        foreach ((int number, int step) in steps.Index())
        {
            int id = (step & int.MaxValue) / 8 % Ids;
            switch ((step & int.MaxValue) % 8)
            {
                case 0 or 1 or 2:
                    expected[id] = $"session {number}";
                    host.Store("smtp", $"{id}", expected[id]!);
                    break;
                case 3:
                    expected[id] = null;
                    host.Delete("smtp", $"{id}");
                    break;
                case 4 or 5:
                    AnswerOne(host, step);
                    break;
                case 6:
                    FailRemoval(host);
                    break;
                default:
                    host.Sharing.OnDisconnected("gone");
                    host.Link.Connect(host.Sharing);
                    host.Sharing.OnConnected();
                    break;
            }
        }

        host.Link.Answer();
        host.Pass(SharingLimits.RemovalRetrySeconds * 1000);
        host.Link.Answer();

        host.Figure("queued").ShouldBe(0);
        server.Count.ShouldBe(expected.Count(static session => session is not null));
        for (int id = 0; id < Ids; id++)
        {
            if (expected[id] is { } session)
            {
                using HostClient client = reader.Client();
                client.Send(SharingHost.Lookup("smtp", $"{id}")).ShouldBe(HostClient.Held);
                reader.Link.Answer();
                client.Turn().ShouldBe(SharingHost.Found(session));
                reader.Pass(1000);
                reader.Link.Answer();
            }
        }
    }

    private static void AnswerOne(SharingHost host, int step)
    {
        if (host.Link.Received.Count > 0)
        {
            int index = (step & int.MaxValue) / 64 % host.Link.Received.Count;
            string request = host.Link.Received[index];
            host.Link.Received.RemoveAt(index);
            host.Link.Send(host.Link.ReplyTo(request));
        }
    }

    private static void FailRemoval(SharingHost host)
    {
        if (host.Link.Received.Find(static request => request.StartsWith("request|drop", StringComparison.Ordinal))
            is { } request)
        {
            host.Link.Received.Remove(request);
            host.Link.Send($"number|{FakePool.Field(request, "number")}|status|4294967294||");
        }
    }
}
