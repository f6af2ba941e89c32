using System.Collections.Generic;

namespace TlsMgr.Testing;

/// <summary>A service that a recorded client is connected to.</summary>
public interface IRecordedPeer
{
    void Send(byte[] bytes);

    /// <summary>The bytes of the next greeting or reply.</summary>
    byte[] Receive();
}

/// <summary>
/// Replays recorded connections and compares chunk by chunk; of random data only the length is compared.
/// </summary>
public static class RecordingReplay
{
    /// <summary>Replays one connection; returns the differences, one line each.</summary>
    /// <param name="connection">The recording.</param>
    /// <param name="peer">The service.</param>
    /// <param name="names">The ticket keys of this recording so far; keys of this connection are added.</param>
    public static IReadOnlyList<string> Run(RecordedConnection connection, IRecordedPeer peer, RecordedKeyNames names)
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
