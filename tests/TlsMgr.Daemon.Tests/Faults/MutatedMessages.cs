// The same seed gives the same messages.

using System.Collections.Generic;
using System.Text;

namespace TlsMgr.Daemon.Tests.Faults;

/// <summary>Generates requests of every verb with bytes dropped, duplicated, swapped, inserted and flipped.</summary>
internal sealed class MutatedMessages(int seed)
{
    private static readonly string[] Requests =
    [
        "request|seed|size|32||",
        "request|policy|cache_type|smtpd||",
        "request|lookup|cache_type|smtpd|cache_id|ABCDEF0123456789&s=smtpd&l=50331648||",
        "request|update|cache_type|smtp|cache_id|ABCDEF0123456789&s=smtp&l=50331648|session|MIGCAgEBAgIDAwQCEwIEIA==||",
        "request|delete|cache_type|lmtp|cache_id|ABCDEF0123456789||",
        "request|tktkey|keyname|||",
        "request|tktkey|keyname|AAECAwQFBgcICQoLDA0ODw==||",
    ];

    private readonly System.Random _random = new(seed);

    /// <summary>Appends one message: one in four is well-formed, the others have up to three mutations.</summary>
    internal void Append(List<byte> output)
    {
        List<byte> message = [.. Encoding.ASCII.GetBytes(Requests[_random.Next(Requests.Length)].Replace('|', '\0'))];
        for (int mutations = _random.Next(4); mutations > 0 && message.Count > 0; mutations--)
        {
            Mutate(message);
        }

        output.AddRange(message);
    }

    private void Mutate(List<byte> message)
    {
        int at = _random.Next(message.Count);
        int length = _random.Next(1, int.Min(message.Count - at, 24) + 1);
        switch (_random.Next(6))
        {
            case 0:
                message[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 1:
                message.RemoveRange(at, length);
                break;
            case 2:
                message.InsertRange(at, message.GetRange(at, length));
                break;
            case 3:
                message.Insert(at, (byte)_random.Next(256));
                break;
            case 4:
                message.Insert(at, 0);
                break;
            default:
                int other = _random.Next(message.Count);
                (message[at], message[other]) = (message[other], message[at]);
                break;
        }
    }
}
