// Makes conversations: from the grammar of the protocol, and from the recordings. A conversation depends on nothing but
// the seed and its number.

using System;
using System.Collections.Generic;
using System.Linq;
using TlsMgr.Testing;

namespace TlsMgr.Differential.Fuzz;

/// <summary>A source of conversations.</summary>
/// <param name="seed">Chooses all of them.</param>
/// <param name="recorded">Requests of real clients, to be changed.</param>
internal sealed class Generator(int seed, IReadOnlyList<Message> recorded)
{
    private const int MostRequests = 4;
    private const int MostMutations = 3;
    private const int MostPieces = 4;

    /// <summary>
    /// The original's first three bytes must arrive together, and it judges a wrong message before it has all of it: see
    /// the rows <c>trigger-or-request</c> and <c>judged-when-whole</c>. So only right messages are cut, and behind these.
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

    /// <summary>The recorded requests of all session fixtures.</summary>
    internal static IReadOnlyList<Message> ReadRecorded() =>
    [
        .. System.IO.Directory.EnumerateFiles(RepositoryRoot.Fixture("sessions"), "postfix-*.txt").Order(StringComparer.Ordinal)
            .SelectMany(SessionRecording.Read).SelectMany(connection => connection.Chunks)
            .Where(chunk => chunk.Speaker == Speaker.Client).Select(chunk => Message.Decode(chunk.Bytes)).OfType<Message>(),
    ];

    /// <summary>The conversation with a number.</summary>
    internal Conversation Make(int number)
    {
        Random random = new(HashCode(seed, number));
        byte[][] requests = [.. Enumerable.Range(0, random.Next(MostRequests)).Select(_ => MakeRequest(random).Encode())];
        Message message = MakeRequest(random);
        for (int i = random.Next(MostMutations + 1); i > 0; i--)
        {
            message = Mutation.OfMessage(message, MakeRequest(random), random);
        }

        byte[] bytes = message.Encode();
        if (message.IsRight && random.Next(3) != 0)
        {
            return new Conversation(requests, Cut(bytes, random));
        }

        for (int i = random.Next(3) == 0 ? random.Next(1, MostMutations) : 0; i > 0; i--)
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
        for (int i = random.Next(MostPieces); i > 0 && bytes.Length - start > FirstPieceBytes; i--)
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

    /// <summary>The same on every machine and in every process, unlike the framework's.</summary>
    private static int HashCode(int seed, int number) => unchecked((seed * 1_000_003) ^ (number * 7919) ^ (number >> 13));
}
