using System;
using System.Text;
using TlsMgr.Pool.Connections;
using TlsMgr.Pool.Servers;
using TlsMgr.Postfix.Logging;
using TlsMgr.Postfix.Protocol;

namespace TlsMgr.Pool.Serving;

/// <summary>The reply to <c>state</c>, for administrators.</summary>
internal static class StateReply
{
    /// <summary>Writes the reply.</summary>
    internal static void Write(OutputBuffer output, int number, ServerCondition condition, ServiceCounters counters)
    {
        ServerView view = condition.View;
        AttributeWriter writer = new(output);
        writer.WriteNumber(PoolWords.Number, number);
        writer.WriteNumber(PoolWords.Status, (int)PoolReplyStatus.Done);
        Text(writer, "state"u8, view.Database is null ? "unreachable" : view.Fault is null ? "up" : "degraded");
        Text(writer, "server"u8, view.Name);
        Text(writer, "version"u8, view.Info.Version);
        Text(writer, "endpoints"u8, view.EndPoints);
        Text(writer, "fault"u8, view.Fault?.Text ?? "");
        writer.WriteLong("puts"u8, counters.Puts);
        writer.WriteLong("gets"u8, counters.Gets);
        writer.WriteLong("errors"u8, counters.Errors);
        Text(writer, "policy"u8, view.Info.Policy);
        writer.WriteLong("clients"u8, view.Info.Clients);
        writer.WriteLong("maxclients"u8, view.Info.MaximumClients);
        Text(writer, "commands_refused"u8, counters.ForbiddenCommands);
        writer.WriteEnd();
    }

    private static void Text(AttributeWriter writer, ReadOnlySpan<byte> name, string text) =>
        writer.WriteText(name, Encoding.UTF8.GetBytes(PrintableText.Clean(text)));
}
