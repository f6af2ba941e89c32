using System;
using System.Collections.Generic;
using System.Linq;

namespace TlsMgr.Differential.Fuzz;

/// <summary>Makes requests faulty.</summary>
internal static class Mutation
{
    private const int MaximumRun = 16;

    /// <summary>
    /// Changes attributes: drops, duplicates, swaps, renames or cuts one, or splices in another message.
    /// </summary>
    internal static Message OfMessage(Message message, Message other, Random random)
    {
        List<(string Name, string Value)> attributes = [.. message.Attributes];
        if (attributes.Count == 0)
        {
            return other;
        }

        int at = random.Next(attributes.Count);
        (string name, string value) = attributes[at];
        switch (random.Next(8))
        {
            case 0:
                attributes.RemoveAt(at);
                break;
            case 1:
                attributes.Insert(at, attributes[at]);
                break;
            case 2:
                int with = random.Next(attributes.Count);
                (attributes[at], attributes[with]) = (attributes[with], attributes[at]);
                break;
            case 3:
                attributes[at] = (name, value[..random.Next(value.Length + 1)]);
                break;
            case 4:
                attributes[at] = (name[..random.Next(name.Length + 1)], value);
                break;
            case 5:
                attributes = [.. attributes[..at], .. other.Attributes.Skip(random.Next(other.Attributes.Count + 1))];
                break;
            case 6:
                attributes[at] = (name, value + value);
                break;
            default:
                attributes.Add(("extra", value));
                break;
        }

        return new Message(attributes);
    }

    /// <summary>Changes bytes: flips a bit, removes or duplicates a run, cuts the rest off, or inserts a NUL.</summary>
    internal static byte[] OfBytes(byte[] bytes, Random random)
    {
        if (bytes.Length == 0)
        {
            return bytes;
        }

        List<byte> list = [.. bytes];
        int at = random.Next(list.Count);
        int length = int.Min(random.Next(1, MaximumRun), list.Count - at);
        switch (random.Next(5))
        {
            case 0:
                list[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                list.RemoveRange(at, length);
                break;
            case 2:
                list.InsertRange(at, list.GetRange(at, length));
                break;
            case 3:
                list.RemoveRange(at, list.Count - at);
                break;
            default:
                list.Insert(at, 0);
                break;
        }

        return [.. list];
    }
}
