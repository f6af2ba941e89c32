using System;
using System.Collections.Generic;
using System.Formats.Asn1;
using System.Linq;
using System.Text;

namespace TlsMgr.Rig.Recording;

/// <summary>A request to tlsmgr and what its reply shows: sizes and kinds, no secrets.</summary>
/// <param name="Order">Its place among all requests.</param>
/// <param name="Verb">The verb.</param>
/// <param name="Cache">The cache; empty for none.</param>
/// <param name="Id">The id of the session, or the name of the ticket key; empty for none.</param>
/// <param name="Bytes">The bytes of the session that is stored or returned, or of the seed; 0 for none.</param>
/// <param name="Protocol">The version of TLS of that session; empty for none.</param>
internal sealed record RecordedRequest(long Order, string Verb, string Cache, string Id, int Bytes, string Protocol)
{
    /// <summary>The requests of a connection. A client waits for each reply before its next request.</summary>
    internal static IEnumerable<RecordedRequest> Of(RelayedConnection connection)
    {
        int next = connection.Chunks.FindIndex(static chunk => chunk.FromClient);
        while (next >= 0)
        {
            int reply = connection.Chunks.FindIndex(next, static chunk => !chunk.FromClient);
            if (reply < 0)
            {
                yield break;
            }

            int following = connection.Chunks.FindIndex(reply, static chunk => chunk.FromClient);
            int end = following < 0 ? connection.Chunks.Count : following;
            yield return Of(
                connection.Chunks[next].Order, Attributes(connection.Chunks[next..reply]),
                Attributes(connection.Chunks[reply..end]));
            next = following;
        }
    }

    private static RecordedRequest Of(
        long order, Dictionary<string, string> request, Dictionary<string, string> reply)
    {
        string verb = request["request"];
        byte[] session = Convert.FromBase64String(
            request.GetValueOrDefault("session") ?? reply.GetValueOrDefault("session") ?? "");
        return new RecordedRequest(
            order, verb, request.GetValueOrDefault("cache_type", ""),
            request.GetValueOrDefault("cache_id") ?? request.GetValueOrDefault("keyname", ""),
            request.TryGetValue("size", out string? size) ? int.Parse(size) : session.Length, ProtocolOf(session));
    }

    private static Dictionary<string, string> Attributes(IEnumerable<RelayedChunk> chunks)
    {
        string[] texts = Encoding.Latin1.GetString([.. chunks.SelectMany(static chunk => chunk.Bytes)]).Split('\0');
        Dictionary<string, string> attributes = [];
        for (int i = 0; i + 1 < texts.Length && texts[i].Length > 0; i += 2)
        {
            attributes[texts[i]] = texts[i + 1];
        }

        return attributes;
    }

    /// <summary>A session of OpenSSL is a sequence of its format's version, the version of TLS, and more.</summary>
    private static string ProtocolOf(byte[] session)
    {
        if (session.Length == 0)
        {
            return "";
        }

        AsnReader fields = new AsnReader(session, AsnEncodingRules.BER).ReadSequence();
        fields.ReadInteger();
        return (int)fields.ReadInteger() switch
        {
            0x0303 => "TLSv1.2",
            0x0304 => "TLSv1.3",
            var other => throw new RigException($"a session of TLS version 0x{other:x4} was stored"),
        };
    }
}
