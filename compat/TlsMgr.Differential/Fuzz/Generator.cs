// Invariant: a conversation depends on the seed and its number alone.

using System;
using System.Collections.Generic;
using System.Linq;
using TlsMgr.Testing;

namespace TlsMgr.Differential.Fuzz;

/// <summary>Generates conversations from the protocol's grammar and from the recordings.</summary>
/// <param name="seed">Determines all conversations.</param>
/// <param name="recorded">Requests of real clients, as input for mutations.</param>
internal sealed class Generator(int seed, IReadOnlyList<Message> recorded)
{
    private const int MaximumRequests = 4;
    private const int MaximumMutations = 3;
    private const int MaximumPieces = 4;

    /// <summary>
    /// Postfix's tlsmgr needs the first three bytes together, and judges a faulty message before it is complete: see
    /// the rows <c>trigger-or-request</c> and <c>judged-when-whole</c>. So only well-formed messages are cut, after
    /// these bytes.
    /// </summary>
    private const int FirstPieceBytes = 3;

    private static readonly string[] Caches = ["smtpd", "smtp", "lmtp", "bogus", ""];
    private static readonly string[] Ids = ["A", "B&s=smtpd&l=50331648", "C.127.0.0.1:25", "D E%F", new string('i', 300)];
    private static readonly string[] Numbers =
    [
        "1", "32", "255", "256", "0", "-1", "007", "+5", " 8", "8 ", "0x10", "", "4294967296", "99999999999999999999", "3.5", "1e1",
    ];

    private static readonly string[] Base64 =
    [
        "QUJD", "QUI=", "QQ==", "", "Q", "QQ", "QQ=", "====", "QUJD\n", "Q@==", "QUI=QUI=", "QR==", new('A', 400), "MDEyMzQ1Njc4OWFiY2RlZg==",
    ];

    /// <summary>The requests in all recordings of sessions.</summary>
    internal static IReadOnlyList<Message> ReadRecorded() =>
    [
        .. System.IO.Directory.EnumerateFiles(RepositoryRoot.Fixture("sessions"), "postfix-*.txt").Order(StringComparer.Ordinal)
            .SelectMany(SessionRecording.Read).SelectMany(connection => connection.Chunks)
            .Where(chunk => chunk.Speaker == Speaker.Client).Select(chunk => Message.Decode(chunk.Bytes)).OfType<Message>(),
    ];

    /// <summary>Generates the conversation with a number.</summary>
    internal Conversation Make(int number)
    {
        Random random = new(HashCode(seed, number));
        byte[][] requests = [.. Enumerable.Range(0, random.Next(MaximumRequests)).Select(_ => MakeRequest(random).Encode())];
        Message message = MakeRequest(random);
        for (int i = random.Next(MaximumMutations + 1); i > 0; i--)
        {
            message = Mutation.OfMessage(message, MakeRequest(random), random);
        }

        byte[] bytes = message.Encode();
        if (message.IsWellFormed && random.Next(3) != 0)
        {
            return new Conversation(requests, Cut(bytes, random));
        }

        for (int i = random.Next(3) == 0 ? random.Next(1, MaximumMutations) : 0; i > 0; i--)
        {
            bytes = Mutation.OfBytes(bytes, random);
        }

        return new Conversation(requests, [bytes]);
    }

    private Message MakeRequest(Random random)
    {
        if (recorded.Count > 0 && random.Next(4) == 0)
        {
            return recorded[random.Next(recorded.Count)];
        }

        string cache = Pick(Caches, random);
        string id = Pick(Ids, random);
        return random.Next(7) switch
        {
            0 => new Message(("request", "seed"), ("size", Pick(Numbers, random))),
            1 => new Message(("request", "policy"), ("cache_type", cache)),
            2 => new Message(("request", "lookup"), ("cache_type", cache), ("cache_id", id)),
            3 => new Message(("request", "update"), ("cache_type", cache), ("cache_id", id), ("session", Pick(Base64, random))),
            4 => new Message(("request", "delete"), ("cache_type", cache), ("cache_id", id)),
            5 => new Message(("request", "tktkey"), ("keyname", Pick(Base64, random))),
            _ => new Message(("request", Pick(["", "bogus", "SEED", "seed2"], random))),
        };
    }

    private static List<byte[]> Cut(byte[] bytes, Random random)
    {
        List<byte[]> pieces = [];
        int start = 0;
        for (int i = random.Next(MaximumPieces); i > 0 && bytes.Length - start > FirstPieceBytes; i--)
        {
            int length = start == 0
                ? random.Next(FirstPieceBytes, bytes.Length)
                : random.Next(1, bytes.Length - start);
            pieces.Add(bytes[start..(start + length)]);
            start += length;
        }

        pieces.Add(bytes[start..]);
        return pieces;
    }

    private static T Pick<T>(T[] choices, Random random) => choices[random.Next(choices.Length)];

    /// <summary>Stable across machines and processes, unlike the framework's hash codes.</summary>
    private static int HashCode(int seed, int number) => unchecked((seed * 1_000_003) ^ (number * 7919) ^ (number >> 13));
}
