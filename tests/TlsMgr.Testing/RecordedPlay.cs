// Plays a recorded connection against something that answers, and compares chunk by chunk. Random data counts by its
// length alone.

using System.Collections.Generic;

namespace TlsMgr.Testing;

/// <summary>Something that a recorded client can talk to.</summary>
public interface IRecordedPeer
{
    void Send(byte[] bytes);

    /// <summary>The bytes of the next greeting or reply.</summary>
    byte[] Receive();
}

/// <summary>Plays recordings.</summary>
public static class RecordedPlay
{
    /// <summary>Plays one connection and answers what differs, a line each; none when all is as recorded.</summary>
    /// <param name="connection">The recording.</param>
    /// <param name="peer">Who answers.</param>
    /// <param name="names">The ticket keys of this recording so far; those of this connection are added.</param>
    public static IReadOnlyList<string> Play(RecordedConnection connection, IRecordedPeer peer, RecordedKeyNames names)
    {
        List<string> differences = [];
        foreach (RecordedChunk chunk in connection.Chunks)
        {
            if (chunk.Bytes.Length == 0)
            {
                break;
            }

            if (chunk.Speaker == Speaker.Client)
            {
                peer.Send(names.Translate(chunk.Bytes));
                continue;
            }

            string expected = WireRecording.Mask(WireRecording.Escape(chunk.Bytes));
            byte[] reply = peer.Receive();
            names.Learn(chunk.Bytes, reply);
            string received = WireRecording.Mask(WireRecording.Escape(reply));
            if (expected != received)
            {
                differences.Add($"{connection.Title}: expected {expected}, received {received}");
            }
        }

        return differences;
    }
}
